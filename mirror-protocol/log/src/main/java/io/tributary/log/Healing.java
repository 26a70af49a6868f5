package io.tributary.log;

/// What came of giving batches back to a log.
public enum Healing {
  /// They lie in their place, durable.
  HEALED,
  /// Kept in memory until the rest of the same damage comes: only together do they show where each one lay. Without the
  /// rest they stay where they are, and the place is found again.
  KEPT,
  /// They are not what was there: nothing was written of them.
  UNFIT,
  /// The segment has been deleted.
  GONE
}
