package io.tributary.store.log;

import java.util.UUID;

/// The bounds of an embedded store.
///
/// @param hubId the hub's own id; the topics of another hub are not taken for ours
/// @param queueCommands how many commands may wait or be under way; bounds the memory of small ones
/// @param queueBytes how many bytes of batches may wait or be under way; bounds the memory of all
///     connections together, however many there are
/// @param groupBytes how much one group commit takes at most; bounds how long the first of a group
///     waits for the last
/// @param retentionIntervalMs how often segments are looked at for their age and size
/// @param indexIntervalBytes the distance of two entries of a sparse index
public record LogStoreConfig(
    UUID hubId,
    int queueCommands,
    long queueBytes,
    long groupBytes,
    long retentionIntervalMs,
    int indexIntervalBytes) {

  public static final int QUEUE_COMMANDS = 64 * 1024;
  public static final long QUEUE_BYTES = 64L * 1024 * 1024;
  public static final long GROUP_BYTES = 8L * 1024 * 1024;
  public static final long RETENTION_INTERVAL_MS = 30_000;

  /// As in Kafka.
  public static final int INDEX_INTERVAL_BYTES = 4096;

  public LogStoreConfig {
    positive("queueCommands", queueCommands);
    positive("queueBytes", queueBytes);
    positive("groupBytes", groupBytes);
    positive("retentionIntervalMs", retentionIntervalMs);
    positive("indexIntervalBytes", indexIntervalBytes);
  }

  public static LogStoreConfig of(UUID hubId) {
    return new LogStoreConfig(
        hubId,
        QUEUE_COMMANDS,
        QUEUE_BYTES,
        GROUP_BYTES,
        RETENTION_INTERVAL_MS,
        INDEX_INTERVAL_BYTES);
  }

  public LogStoreConfig withQueue(int commands, long bytes) {
    return new LogStoreConfig(
        hubId, commands, bytes, groupBytes, retentionIntervalMs, indexIntervalBytes);
  }

  public LogStoreConfig withRetentionIntervalMs(long intervalMs) {
    return new LogStoreConfig(
        hubId, queueCommands, queueBytes, groupBytes, intervalMs, indexIntervalBytes);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is positive, not " + value);
    }
  }
}
