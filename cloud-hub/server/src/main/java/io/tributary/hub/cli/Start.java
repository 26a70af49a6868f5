package io.tributary.hub.cli;

/// Where reading begins.
sealed interface Start {
  /// With what comes from now on.
  record End() implements Start {}

  /// With the oldest record that is kept.
  record Beginning() implements Start {}

  /// With the oldest record, and only so many.
  record Head(long count) implements Start {}

  /// With the newest records.
  record Tail(int count) implements Start {
    /// They are gathered in memory before they are sorted.
    static final int COUNT_MOST = 1_000_000;
  }

  /// With an offset of one partition.
  record At(long offset) implements Start {}
}
