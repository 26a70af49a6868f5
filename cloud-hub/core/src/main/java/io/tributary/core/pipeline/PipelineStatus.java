package io.tributary.core.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pipeline at one moment.
///
/// @param why why it waits or is stopped; empty when it runs
/// @param generation the greatest of its partitions
/// @param lag records to be read, summed
/// @param counts summed
/// @param inPerSecond records taken in, over the last seconds
/// @param openLanes partitions that have guests now
/// @param memoryBytes of those
/// @param lastError the last thing that went wrong, also when it goes on; empty: nothing
/// @param lastErrorAtMs when that was, in milliseconds since 1970
/// @param lanes one for each partition of the source
public record PipelineStatus(
    String name,
    String from,
    String to,
    @Nullable String deadLetters,
    State state,
    String why,
    long generation,
    long lag,
    Counts counts,
    double inPerSecond,
    double outPerSecond,
    int openLanes,
    long memoryBytes,
    String lastError,
    long lastErrorAtMs,
    List<LaneStatus> lanes) {
  /// What it does.
  public enum State {
    RUNNING,
    /// Its source is not there yet.
    WAITING,
    PAUSED,
    /// A partition at least goes no further before somebody has changed something.
    STOPPED
  }

  public PipelineStatus {
    lanes = List.copyOf(lanes);
  }
}
