package io.tributary.sim.world;

import io.tributary.core.IntakeDesk;
import io.tributary.core.ScrubAgent;
import io.tributary.core.ScrubLimits;
import io.tributary.core.ScrubStatus;
import io.tributary.store.Store;
import java.util.concurrent.TimeUnit;

/// The half of the hub's process that keeps its logs whole: the real agent, in turns. It lives as long as the process.
final class HubScrub {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long HOLD_MS = 5_000;

  private final SimDisk disk;
  private final Timeline timeline;
  private final Tally tally;
  private final ScrubAgent agent;
  private ScrubStatus seen;

  HubScrub(Store store, IntakeDesk desk, SimDisk disk, World world, Runnable waker) {
    this.disk = disk;
    this.timeline = world.timeline();
    this.tally = world.tally();
    ScrubLimits limits =
        new ScrubLimits(
            EdgeScrub.BYTES_PER_SECOND,
            EdgeScrub.REST_MS,
            EdgeScrub.RETRY_MS,
            HOLD_MS,
            EdgeScrub.ANSWER_MS,
            EdgeScrub.DAMAGE_MOST,
            EdgeScrub.DAMAGE_MOST);
    this.agent = new ScrubAgent(store, desk, limits);
    this.seen = agent.status();
    agent.wire(waker);
  }

  /// One turn.
  ///
  /// @return how long there is nothing to do
  long turn() {
    disk.healing(true);
    int work;
    try {
      work = agent.doWork(timeline.nowNanos());
    } finally {
      disk.healing(false);
    }
    see();
    long idleNanos = Math.min(TURN_NANOS, agent.idleNanos(timeline.nowNanos()));
    return work > 0 ? Math.min(idleNanos, TURN_NANOS / 10) : idleNanos;
  }

  /// How often everything was read.
  long rounds() {
    return agent.status().rounds();
  }

  /// Whether damage is on its way to being healed.
  boolean isBusy() {
    return agent.status().open().stream().anyMatch(open -> EdgeScrub.isBusy(open.state()));
  }

  private void see() {
    ScrubStatus now = agent.status();
    tally.struck(Fault.HUB_HEALED, now.healedBatches() - seen.healedBatches());
    tally.struck(Fault.HUB_LOSS_TOLD, now.lostRecords() > seen.lostRecords() ? 1 : 0);
    for (ScrubStatus.Open open : now.open()) {
      if (!seen.open().contains(open)) {
        tally.visited("finding.hub." + open.finding().kind());
        if (open.state().startsWith("waits")) {
          tally.visited("heal.hub.WAITS");
        }
      }
    }
    seen = now;
  }
}
