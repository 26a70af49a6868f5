package io.tributary.store;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// What becomes of old records: Kafka's `cleanup.policy`, and the settings that belong to it.
///
/// A topic that is compacted keeps of each key at least the latest record, at its offset and with its time. A record
/// without a value (a tombstone) removes its key, and is kept itself for a time, so that readers see it.
///
/// @param deletes whether segments that are too old or too many are deleted
/// @param compacts whether older records of a key are removed; only where Kafka producers write
/// @param deleteRetentionMs how long a tombstone is kept behind the pass that found it to be its key's latest; 0 or more
/// @param minCleanableDirtyRatio the part of what is no longer written to that must not be compacted yet before a pass begins; 0
///     to 1
public record CleanupPolicy(
    boolean deletes, boolean compacts, long deleteRetentionMs, double minCleanableDirtyRatio) {
  private static final String DELETE_WORD = "delete";
  private static final String COMPACT_WORD = "compact";

  /// Kafka's `delete.retention.ms`: a day.
  public static final long DELETE_RETENTION_MS = 24L * 60 * 60 * 1000;

  /// Kafka's `min.cleanable.dirty.ratio`.
  public static final double MIN_CLEANABLE_DIRTY_RATIO = 0.5;

  /// Nothing is compacted.
  public static final CleanupPolicy DELETE =
      new CleanupPolicy(true, false, DELETE_RETENTION_MS, MIN_CLEANABLE_DIRTY_RATIO);

  /// Nothing is deleted but older records of a key.
  public static final CleanupPolicy COMPACT =
      new CleanupPolicy(false, true, DELETE_RETENTION_MS, MIN_CLEANABLE_DIRTY_RATIO);

  public CleanupPolicy {
    if (!deletes && !compacts) {
      throw new IllegalArgumentException("a topic deletes, compacts, or does both");
    }
    if (deleteRetentionMs < 0) {
      throw new IllegalArgumentException(
          "deleteRetentionMs is 0 or more, not " + deleteRetentionMs);
    }
    if (!(minCleanableDirtyRatio >= 0 && minCleanableDirtyRatio <= 1)) {
      throw new IllegalArgumentException(
          "minCleanableDirtyRatio is 0 to 1, not " + minCleanableDirtyRatio);
    }
  }

  /// Kafka's words, in any order.
  public String words() {
    if (deletes && compacts) {
      return COMPACT_WORD + "," + DELETE_WORD;
    }
    return compacts ? COMPACT_WORD : DELETE_WORD;
  }

  /// The same settings with other words.
  ///
  /// @throws IllegalArgumentException saying which words there are
  public CleanupPolicy withWords(String words) {
    List<String> all = Arrays.stream(words.split(",", -1)).map(String::trim).toList();
    TreeSet<String> known = new TreeSet<>(List.of(COMPACT_WORD, DELETE_WORD));
    if (!known.containsAll(all)) {
      throw new IllegalArgumentException(
          "a cleanup policy is 'delete', 'compact' or 'compact,delete', not '" + words + "'");
    }
    return new CleanupPolicy(
        all.contains(DELETE_WORD),
        all.contains(COMPACT_WORD),
        deleteRetentionMs,
        minCleanableDirtyRatio);
  }

  public CleanupPolicy withDeleteRetentionMs(long ms) {
    return new CleanupPolicy(deletes, compacts, ms, minCleanableDirtyRatio);
  }

  public CleanupPolicy withMinCleanableDirtyRatio(double ratio) {
    return new CleanupPolicy(deletes, compacts, deleteRetentionMs, ratio);
  }
}
