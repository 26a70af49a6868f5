package io.tributary.core.pipeline;

import java.util.concurrent.TimeUnit;

/// The bounds of a pipeline, each with the failure that it prevents.
///
/// @param openMost how many partitions have guests at the same time; ten thousand partitions are not ten thousand guests
/// @param memoryMost how many bytes of memory the guests of one pipeline hold before one that rests is put away
/// @param idleNanos how long guests without work are kept
/// @param readBytes how much of the source is read at once, or one batch; bounds a lane's buffer
/// @param stepRecords how many records are taken out of that at once
/// @param stepBytes how many bytes of them; bounds what is decoded
/// @param placeNanos how long a place that only drops have moved may be told of later; bounds what is done again
/// @param retryNanos when what the store refused, or a guest that could not go on, is tried again first
/// @param retryNanosMost to what that is doubled
/// @param stateBytesMost how large the state of a partition's guests may be; it goes into one entry
public record PipelineLimits(
    int openMost,
    long memoryMost,
    long idleNanos,
    int readBytes,
    int stepRecords,
    int stepBytes,
    long placeNanos,
    long retryNanos,
    long retryNanosMost,
    int stateBytesMost) {
  /// Of one pipeline, however many there are.
  private static final int OPEN_LEAST = 4;

  /// Of all the pipelines of a hub together.
  public static final PipelineLimits DEFAULT =
      new PipelineLimits(
          256,
          128L << 20,
          TimeUnit.MINUTES.toNanos(3),
          256 << 10,
          1_000,
          1 << 20,
          TimeUnit.SECONDS.toNanos(1),
          TimeUnit.MILLISECONDS.toNanos(200),
          TimeUnit.SECONDS.toNanos(60),
          PipelineLog.STATE_BYTES_MOST);

  public PipelineLimits {
    if (openMost < 1 || readBytes < 1 || stepRecords < 1 || stepBytes < 1 || retryNanos < 1) {
      throw new IllegalArgumentException("a pipeline that can do nothing");
    }
    if (stateBytesMost < 1 || stateBytesMost > PipelineLog.STATE_BYTES_MOST) {
      throw new IllegalArgumentException(
          "stateBytesMost is 1 to %d, not %d"
              .formatted(PipelineLog.STATE_BYTES_MOST, stateBytesMost));
    }
  }

  /// What each of so many pipelines has, which share the memory of a hub.
  public PipelineLimits sharedBy(int pipelines) {
    int share = Math.max(1, pipelines);
    return new PipelineLimits(
        Math.max(OPEN_LEAST, openMost / share),
        memoryMost / share,
        idleNanos,
        readBytes,
        stepRecords,
        stepBytes,
        placeNanos,
        retryNanos,
        retryNanosMost,
        stateBytesMost);
  }

  public PipelineLimits withOpenMost(int most) {
    return new PipelineLimits(
        most,
        memoryMost,
        idleNanos,
        readBytes,
        stepRecords,
        stepBytes,
        placeNanos,
        retryNanos,
        retryNanosMost,
        stateBytesMost);
  }

  public PipelineLimits withStepRecords(int records) {
    return new PipelineLimits(
        openMost,
        memoryMost,
        idleNanos,
        readBytes,
        records,
        stepBytes,
        placeNanos,
        retryNanos,
        retryNanosMost,
        stateBytesMost);
  }
}
