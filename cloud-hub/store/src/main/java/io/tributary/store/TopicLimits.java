package io.tributary.store;

/// The bounds of one topic.
///
/// @param retentionMs how long after its arrival a segment is kept; `UNLIMITED` for ever
/// @param retentionBytes how much of one partition is kept; `UNLIMITED` all of it
/// @param segmentBytes where a segment ends; the unit that retention deletes
/// @param maxMessageBytes the largest batch that is accepted (Kafka's `max.message.bytes`)
/// @param cleanup what becomes of old records; the retention holds where it deletes
public record TopicLimits(
    long retentionMs,
    long retentionBytes,
    long segmentBytes,
    int maxMessageBytes,
    CleanupPolicy cleanup) {

  /// No bound by time, or by size.
  public static final long UNLIMITED = -1;

  /// Seven days from arrival.
  public static final long RETENTION_MS = 7L * 24 * 60 * 60 * 1000;

  public static final long SEGMENT_BYTES = 128L * 1024 * 1024;

  /// Below this a segment would hold little but its own header.
  public static final long SEGMENT_BYTES_LEAST = 64L * 1024;

  /// A segment's positions are 31 bits in the indexes and in Kafka's own formats.
  public static final long SEGMENT_BYTES_MOST = 1L << 30;

  /// Kafka's default: 1 MiB and the 12 bytes before the batch length ends.
  public static final int MAX_MESSAGE_BYTES = 1024 * 1024 + 12;

  /// Below this not even one ordinary reading would fit.
  public static final int MAX_MESSAGE_BYTES_LEAST = 1024;

  public static final TopicLimits DEFAULT =
      new TopicLimits(RETENTION_MS, UNLIMITED, SEGMENT_BYTES, MAX_MESSAGE_BYTES);

  public TopicLimits {
    unlimitedOrPositive("retentionMs", retentionMs);
    unlimitedOrPositive("retentionBytes", retentionBytes);
    if (segmentBytes < SEGMENT_BYTES_LEAST || segmentBytes > SEGMENT_BYTES_MOST) {
      throw new IllegalArgumentException(
          "segmentBytes is %d to %d, not %d"
              .formatted(SEGMENT_BYTES_LEAST, SEGMENT_BYTES_MOST, segmentBytes));
    }
    if (maxMessageBytes < MAX_MESSAGE_BYTES_LEAST || maxMessageBytes > segmentBytes) {
      throw new IllegalArgumentException(
          "maxMessageBytes is %d to the size of a segment, not %d"
              .formatted(MAX_MESSAGE_BYTES_LEAST, maxMessageBytes));
    }
  }

  /// The bounds of a topic that is not compacted.
  public TopicLimits(
      long retentionMs, long retentionBytes, long segmentBytes, int maxMessageBytes) {
    this(retentionMs, retentionBytes, segmentBytes, maxMessageBytes, CleanupPolicy.DELETE);
  }

  public TopicLimits withRetentionMs(long ms) {
    return new TopicLimits(ms, retentionBytes, segmentBytes, maxMessageBytes, cleanup);
  }

  public TopicLimits withRetentionBytes(long bytes) {
    return new TopicLimits(retentionMs, bytes, segmentBytes, maxMessageBytes, cleanup);
  }

  public TopicLimits withCleanup(CleanupPolicy policy) {
    return new TopicLimits(retentionMs, retentionBytes, segmentBytes, maxMessageBytes, policy);
  }

  private static void unlimitedOrPositive(String name, long value) {
    if (value != UNLIMITED && value < 1) {
      throw new IllegalArgumentException(name + " is positive or " + UNLIMITED + ", not " + value);
    }
  }
}
