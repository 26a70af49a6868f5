package io.tributary.log;

/// What became of {@link Journal#jump}.
public enum JumpResult {
  JUMPED,
  /// The stream has gone on since it was looked at: ask again.
  END_MOVED
}
