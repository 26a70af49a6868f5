package io.tributary.log;

import io.tributary.record.Limits;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps of each key of a partition the latest record, by Kafka's rules for `cleanup.policy=compact`.
///
/// ```
///  IDLE --due, step--> a pass: step, step, … --all is compacted, or the keys are too many for one pass--> IDLE
///                        \--the log is closed, a fault: close--------------------------------------^
/// ```
///
/// What is written to is never compacted, and neither is a segment in which anything is wrong. Offsets never change: the
/// batches that are written stand for all the offsets of those that were read. Readers, the writer and scrubs go on
/// meanwhile. Whoever drives it decides how fast. Confined to one thread.
public final class Compaction implements AutoCloseable {
  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final CompactionConfig policy;
  private final PartitionIndexes indexes;

  /// In which something was wrong when they were read. They do not make a pass due.
  private final Set<Segment> leftAlone = new HashSet<>();

  private @Nullable CompactionPass pass;
  private long resumeAt;

  Compaction(
      SegmentedLog log,
      PartitionLogConfig config,
      CompactionConfig policy,
      PartitionIndexes indexes) {
    this.log = log;
    this.config = config;
    this.policy = policy;
    this.indexes = indexes;
  }

  /// Whether so much was closed since the last pass that another one is worth it.
  public boolean isDue() {
    Segment[] segments = log.segments();
    leftAlone.retainAll(Set.copyOf(Arrays.asList(segments)));
    long bytes = 0;
    long dirtyBytes = 0;
    for (int i = 0; i + 1 < segments.length; i++) {
      long some = segments[i].end() - segments[i].headerBytes();
      bytes += some;
      dirtyBytes += segments[i].isCompacted() || leftAlone.contains(segments[i]) ? 0 : some;
    }
    return dirtyBytes > 0 && dirtyBytes >= policy.minCleanableDirtyRatio() * bytes;
  }

  /// Reads and writes about so many bytes, and begins a pass when none is under way.
  ///
  /// @return whether the pass has ended
  /// @throws IOException when something could not be written; {@link #close} gives the pass up, and nothing has changed but what
  ///     was compacted before
  public boolean step(int maxBytes, long nowMs) throws IOException {
    CompactionPass under = pass;
    if (under == null) {
      under = new CompactionPass(log, config, policy, indexes, leftAlone, resumeAt, nowMs);
      pass = under;
    }
    if (!under.step(maxBytes)) {
      return false;
    }
    resumeAt = under.mappedTo();
    close();
    return true;
  }

  /// Gives up the pass that is under way, if any. Another may begin.
  @Override
  public void close() throws IOException {
    CompactionPass under = pass;
    if (under != null) {
      pass = null;
      under.close();
    }
  }

  /// What is in the log was accepted once.
  static Limits recordLimits(PartitionLogConfig config) {
    return Limits.produced(batchBytesMost(config));
  }

  /// The largest batch that a reader believes.
  static int batchBytesMost(PartitionLogConfig config) {
    return Math.max(config.limits().batchBytes(), LogLimits.READ_BATCH_BYTES);
  }
}
