package io.tributary.adapter;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A change of an adapter's state, committed in the same group as the reading that carries it.
///
/// @param value null removes the key
@SuppressWarnings("ArrayRecordComponent") // nobody compares changes
public record StateChange(String key, byte @Nullable [] value) {
  /// A change to no value.
  public static StateChange remove(String key) {
    return new StateChange(key, null);
  }

  /// What it takes of {@link Emitter#STATE_CHANGES_BYTES} at most.
  public int sizeBytes() {
    return 128 + 3 * key.length() + (value == null ? 0 : value.length);
  }

  // Spelled out: javac leaves the type annotations of a compact constructor's arrays out of the
  // class file.
  public StateChange(String key, byte @Nullable [] value) {
    this.key = Objects.requireNonNull(key, "key");
    this.value = value;
  }
}
