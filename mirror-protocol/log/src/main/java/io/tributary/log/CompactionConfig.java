package io.tributary.log;

/// How a partition of producers is compacted (Kafka's `cleanup.policy=compact`).
///
/// @param deleteRetentionMs how long a record without a value stays behind the pass that found it to be its key's latest, so that
///     readers see it: Kafka's `delete.retention.ms`; 0 or more
/// @param minCleanableDirtyRatio the least part of the closed segments' bytes that is not compacted yet when a pass begins: Kafka's
///     `min.cleanable.dirty.ratio`; 0 to 1
/// @param segmentMs how long records are added to one segment, so that a log that is seldom written is compacted all the same:
///     Kafka's `segment.ms`; positive
/// @param keysBytes what the latest offsets of keys take in one pass at most, 24 B and a third for each key; a pass that needs more
///     takes fewer segments: Kafka's `log.cleaner.dedupe.buffer.size`; 1 KiB or more
public record CompactionConfig(
    long deleteRetentionMs, double minCleanableDirtyRatio, long segmentMs, int keysBytes) {
  /// For half a million keys.
  public static final int KEYS_BYTES = 16 * 1024 * 1024;

  private static final int KEYS_BYTES_LEAST = 1024;

  public CompactionConfig {
    boolean isRatio = minCleanableDirtyRatio >= 0 && minCleanableDirtyRatio <= 1;
    if (deleteRetentionMs < 0 || !isRatio || segmentMs < 1 || keysBytes < KEYS_BYTES_LEAST) {
      throw new IllegalArgumentException(
          "tombstones stay %d ms, a pass begins at %s and has %d B for keys, a segment ends after %d ms"
              .formatted(deleteRetentionMs, minCleanableDirtyRatio, keysBytes, segmentMs));
    }
  }
}
