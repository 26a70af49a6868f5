package io.tributary.smartmodule;

/// What becomes of a record that a guest fails on.
public enum ErrorPolicy {
  /// It goes to a topic for such records, as it is, with the reason; the stream goes on.
  DEAD_LETTER,
  /// It is counted and left out; the stream goes on.
  SKIP,
  /// The stream waits before it until its owner has changed something.
  STOP
}
