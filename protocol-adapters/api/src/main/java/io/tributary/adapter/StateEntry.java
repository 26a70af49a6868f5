package io.tributary.adapter;

import java.util.Objects;

/// A piece of an adapter's state as found at start.
///
/// @param className the class whose journal holds it, and which a change of it must name
@SuppressWarnings("ArrayRecordComponent") // nobody compares entries
public record StateEntry(String className, String key, byte[] value) {
  public StateEntry {
    Objects.requireNonNull(className, "className");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }
}
