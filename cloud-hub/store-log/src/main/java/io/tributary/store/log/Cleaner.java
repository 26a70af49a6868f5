package io.tributary.store.log;

import io.tributary.agent.Agent;
import io.tributary.log.Compaction;
import io.tributary.log.LogFailedException;
import io.tributary.log.PartitionLog;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Compacts the partitions of topics whose policy says so, one at a time and at a bounded rate, on a thread of its own:
/// whoever produces or reads hardly notices.
///
/// ```
/// RESTING --the interval is over--> LOOKING at one partition after the other --due--> COMPACTING it --> LOOKING
///     ^----------------------------- none is left ---------'
/// ```
final class Cleaner implements Agent {
  private static final Logger LOG = System.getLogger(Cleaner.class.getName());

  /// What is read and written in one turn.
  private static final int TURN_BYTES = 256 * 1024;

  /// What is read and written at most while others use the disk; a topic of a gigabyte is compacted in two minutes.
  private static final long BYTES_PER_SECOND = 16L * 1024 * 1024;

  private static final long TURN_NANOS =
      TimeUnit.SECONDS.toNanos(1) * TURN_BYTES / BYTES_PER_SECOND;

  private final Catalog catalog;
  private final InstantSource clock;
  private final long intervalMs;

  /// What is still to be looked at in this round.
  private final Deque<LogPartition> due = new ArrayDeque<>();

  private @Nullable LogPartition partition;
  private @Nullable Compaction compaction;
  private long lookedAtMs;
  private long turnNanos;
  private boolean isWaiting;
  private volatile @Nullable String trouble;

  /// @param intervalMs how often all partitions are looked at
  Cleaner(Catalog catalog, InstantSource clock, long intervalMs) {
    this.catalog = catalog;
    this.clock = clock;
    this.intervalMs = intervalMs;
    this.lookedAtMs = clock.millis();
  }

  @Override
  public String name() {
    return "store-clean";
  }

  /// Why the last pass that was tried has failed, or null. Any thread.
  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public int doWork(long nowNanos) {
    return Bugs.stopAt(() -> turn(nowNanos));
  }

  @Override
  public long idleNanos(long nowNanos) {
    return isWaiting ? Math.max(0, turnNanos - nowNanos) : MAX_IDLE_NANOS;
  }

  @Override
  public void onClose() {
    leave();
  }

  private int turn(long nowNanos) {
    if (isWaiting && nowNanos - turnNanos < 0) {
      return 0;
    }
    isWaiting = false;
    if (compaction == null && !choose()) {
      return 0;
    }
    turnNanos = nowNanos + TURN_NANOS;
    isWaiting = true;
    compact();
    return 1;
  }

  /// Looks for the next partition of which enough is not compacted yet.
  private boolean choose() {
    long nowMs = clock.millis();
    boolean isTime = nowMs - lookedAtMs >= intervalMs || nowMs < lookedAtMs;
    if (due.isEmpty() && isTime) {
      lookedAtMs = nowMs;
      for (LogTopic topic : catalog.topics()) {
        if (topic.spec().limits().cleanup().compacts()) {
          due.addAll(Arrays.asList(topic.partitions()));
        }
      }
    }
    while (!due.isEmpty()) {
      LogPartition next = due.remove();
      PartitionLog log = next.hasFailed() ? null : next.ifOpen();
      Compaction some = log == null ? null : log.compaction();
      if (some != null && some.isDue()) {
        partition = next;
        compaction = some;
        return true;
      }
    }
    return false;
  }

  private void compact() {
    Compaction some = compaction;
    if (some == null) {
      return;
    }
    try {
      if (some.step(TURN_BYTES, clock.millis())) {
        leave();
        trouble = null;
      }
    } catch (
        LogFailedException
            e) { // closed, reconfigured, or its topic is deleted; else its partition says why
      LOG.log(Level.DEBUG, partition + " is not compacted any more", e);
      leave();
    } catch (IOException e) {
      trouble = partition + " cannot be compacted: " + e.getMessage() + "; it is tried again";
      LOG.log(Level.WARNING, partition + " cannot be compacted now", e);
      leave();
    }
  }

  private void leave() {
    Compaction some = compaction;
    compaction = null;
    if (some != null) {
      try {
        some.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "a compaction of " + partition + " did not close", e);
      }
    }
    partition = null;
  }
}
