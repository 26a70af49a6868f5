package io.tributary.log;

import io.tributary.record.Limits;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a partition's log needs to know.
///
/// @param logId written into every segment; a segment of another log is not believed
/// @param segmentBytes the size at which a new segment begins
/// @param retentionMs how long data is kept after its arrival; 0 or less: for ever
/// @param retentionBytes how many bytes of segments are kept; 0 or less: all
/// @param limits what a batch may hold
/// @param indexIntervalBytes the least distance between two index entries
/// @param content whose batches it holds
/// @param compaction how it is compacted; null: it is not, and its bytes never change
public record PartitionLogConfig(
    UUID logId,
    long segmentBytes,
    long retentionMs,
    long retentionBytes,
    Limits limits,
    int indexIntervalBytes,
    Content content,
    @Nullable CompactionConfig compaction) {

  /// Kafka's default.
  public static final int INDEX_INTERVAL_BYTES = 4096;

  public static final long SEGMENT_BYTES = 64L * 1024 * 1024;

  public PartitionLogConfig {
    if (segmentBytes < SegmentHeader.SECTOR_BYTES || indexIntervalBytes < 1) {
      throw new IllegalArgumentException(
          "segments of " + segmentBytes + " B, an index entry every " + indexIntervalBytes + " B");
    }
    if (compaction != null && content != Content.PRODUCED) {
      throw new IllegalArgumentException("only what producers write is compacted");
    }
  }

  /// Of a partition that is not compacted.
  public PartitionLogConfig(
      UUID logId,
      long segmentBytes,
      long retentionMs,
      long retentionBytes,
      Limits limits,
      int indexIntervalBytes,
      Content content) {
    this(
        logId,
        segmentBytes,
        retentionMs,
        retentionBytes,
        limits,
        indexIntervalBytes,
        content,
        null);
  }

  /// Whether the partition holds one stream whose offsets are its own; else they are dense over all that is in it.
  boolean isPerEdge() {
    return content == Content.STREAM;
  }

  boolean isProduced() {
    return content == Content.PRODUCED;
  }

  /// What a segment's header says of who wrote the partition.
  byte[] table(PositionTable positions, ProducerTable producers) {
    return isProduced() ? producers.encode(positions.encode()) : positions.encode();
  }
}
