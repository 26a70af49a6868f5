package io.tributary.log;

import io.tributary.record.Compression;
import io.tributary.record.Limits;
import java.util.UUID;

/// What a journal needs to know.
///
/// @param logId written into every segment; a segment of another log is not believed
/// @param className the class whose readings it holds, for whoever reads a status
/// @param segmentBytes the size at which a new segment begins, at most a quarter of the quota
/// @param groupBytes the most bytes of readings that one commit makes durable
/// @param batchBytes the size at which a batch is full; what the limits allow at most
/// @param quotaBytes how much room the journal may take on the disk
/// @param policy what happens when that is used up
/// @param retentionMs how long acknowledged readings are kept after their arrival; 0: until the quota needs their room
/// @param limits what a batch and a record may hold
public record JournalConfig(
    UUID logId,
    String className,
    long segmentBytes,
    int groupBytes,
    int batchBytes,
    long quotaBytes,
    FullPolicy policy,
    Compression compression,
    long retentionMs,
    Limits limits) {

  public static final long SEGMENT_BYTES = 16L * 1024 * 1024;
  public static final int GROUP_BYTES = 1024 * 1024;
  public static final int BATCH_BYTES = Limits.EDGE_BATCH_BYTES;

  /// The smallest quota with which a journal can work at all.
  public static final long QUOTA_BYTES_LEAST = 2L * 1024 * 1024;

  public JournalConfig {
    if (quotaBytes < QUOTA_BYTES_LEAST) {
      throw new IllegalArgumentException(
          "a quota of " + quotaBytes + " B, the least is " + QUOTA_BYTES_LEAST);
    }
    if (batchBytes < Limits.BATCH_BYTES_LEAST || groupBytes < batchBytes || retentionMs < 0) {
      throw new IllegalArgumentException(
          "groups of " + groupBytes + " B, batches of " + batchBytes + " B");
    }
    segmentBytes = Math.min(segmentBytes, quotaBytes / LogLimits.SEGMENTS_PER_QUOTA);
  }

  /// The limits that a batch is built by: `batchBytes` where that is less.
  Limits buildLimits() {
    return batchBytes >= limits.batchBytes() ? limits : Limits.edge(batchBytes);
  }
}
