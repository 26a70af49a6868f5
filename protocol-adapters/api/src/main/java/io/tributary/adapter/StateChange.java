package io.tributary.adapter;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A change of an adapter's state, committed in the same group as the reading that carries it.
///
/// @param value null removes the key
@SuppressWarnings("ArrayRecordComponent") // nobody compares changes
public record StateChange(String key, byte @Nullable [] value) {
  // Spelled out: javac leaves the type annotations of a compact constructor's arrays out of the
  // class file.
  public StateChange(String key, byte @Nullable [] value) {
    this.key = Objects.requireNonNull(key, "key");
    this.value = value;
  }
}
