package io.tributary.sim.world;

import io.tributary.log.Finding;
import io.tributary.log.Journal;
import io.tributary.log.Scrub;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Damage;
import io.tributary.session.heal.Fetched;
import io.tributary.session.heal.Mending;
import io.tributary.session.heal.ScrubRounds;
import io.tributary.session.heal.Supplied;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The half of an edge's process that keeps its journals whole: the real rounds, the real healing, in turns. It lives as
/// long as the process.
final class EdgeScrub {
  static final long BYTES_PER_SECOND = 1 << 20;
  static final long REST_MS = 2_000;
  static final long RETRY_MS = 1_000;
  static final long ANSWER_MS = 60_000;
  static final int DAMAGE_MOST = 1_000;

  private final SimEdge edge;
  private final EdgeUplink uplink;
  private final Timeline timeline;
  private final Trace trace;
  private final Tally tally;
  private final ScrubRounds<EdgeJournal> rounds =
      new ScrubRounds<>(BYTES_PER_SECOND, TimeUnit.MILLISECONDS.toNanos(REST_MS));
  private final Mending<Found> mending =
      new Mending<>(
          new Mending.Bounds(
              TimeUnit.MILLISECONDS.toNanos(RETRY_MS),
              TimeUnit.MILLISECONDS.toNanos(ANSWER_MS),
              DAMAGE_MOST,
              DAMAGE_MOST));
  private final Supplied supplied = new Supplied();
  private @Nullable Scrub scrub;

  private record Found(EdgeJournal in, Finding finding) {}

  EdgeScrub(SimEdge edge, EdgeUplink uplink, World world) {
    this.edge = edge;
    this.uplink = uplink;
    this.timeline = world.timeline();
    this.trace = world.trace();
    this.tally = world.tally();
  }

  /// One turn.
  ///
  /// @return how long there is nothing to do
  long turn() {
    long now = timeline.nowNanos();
    edge.disk().healing(true);
    try {
      heal(now);
      read(now);
    } finally {
      edge.disk().healing(false);
    }
    return rounds.idleNanos(now);
  }

  /// How often everything was read.
  long rounds() {
    return rounds.rounds();
  }

  /// Whether damage is on its way to being healed.
  boolean isBusy() {
    return mending.open().stream().anyMatch(open -> isBusy(open.state()));
  }

  static boolean isBusy(String state) {
    return state.equals("found") || state.startsWith("is fetched");
  }

  void answered(Fetched fetched) {
    tally.visited("heal.edge." + fetched.outcome());
    mending.answered(fetched, timeline.nowNanos());
  }

  /// Reads a batch for the hub.
  @Nullable ByteBuffer batchFor(EdgeJournal journal, long streamId, Want want) throws IOException {
    return supplied.batch(streamId, want.from(), journal.journal()::batchFrom);
  }

  private void heal(long now) {
    switch (mending.next(now)) {
      case null -> {}
      case Mending.Ask<Found> ask -> {
        trace.note(edge.name(), "wants from the hub", ask.from(), ask.damage().to());
        if (!uplink.fetch(ask.damage().streamId(), ask.from())) {
          answered(Fetched.without(Fetched.Outcome.GONE));
        }
      }
      case Mending.Write<Found> write -> write(write, now);
      case Mending.Lost<Found> lost ->
          trace.note(edge.name(), "cannot heal: " + lost.why(), lost.from(), lost.to());
    }
  }

  private void write(Mending.Write<Found> write, long now) {
    Found found = write.damage().finding();
    Journal journal = found.in().journal();
    try {
      Mending.Written written =
          switch (journal.heal(found.finding(), write.batches())) {
            case HEALED -> Mending.Written.HEALED;
            case KEPT -> Mending.Written.KEPT;
            case UNFIT -> Mending.Written.UNFIT;
            case GONE -> Mending.Written.GONE;
          };
      trace.note(edge.name(), "healing: " + written, write.damage().from(), write.damage().to());
      if (written == Mending.Written.HEALED) {
        tally.struck(Fault.EDGE_HEALED, write.batches().size());
      }
      mending.written(written);
    } catch (IOException e) {
      trace.note(edge.name(), "cannot write what heals: " + e.getMessage());
      mending.unwritten(String.valueOf(e.getMessage()), now);
    }
  }

  private void read(long now) {
    EdgeJournal reading = rounds.due(now, edge::journals);
    if (reading == null) {
      return;
    }
    Scrub current = scrub == null ? reading.journal().scrub() : scrub;
    scrub = current;
    long before = current.bytesRead();
    try {
      boolean isOver = current.step(ScrubRounds.STEP_BYTES);
      rounds.read(current.bytesRead() - before, now);
      current.findings().forEach(finding -> found(finding, reading, now));
      if (isOver) {
        scrub = null;
        current.close();
        rounds.over();
      }
    } catch (IOException e) {
      trace.note(edge.name(), "cannot be checked now: " + e.getMessage());
      rounds.waits(TimeUnit.MILLISECONDS.toNanos(RETRY_MS), now);
    }
  }

  private void found(Finding finding, EdgeJournal in, long now) {
    if (finding.streamId() < 0) {
      return;
    }
    Damage<Found> damage =
        new Damage<>(
            new Found(in, finding),
            finding.kind(),
            finding.streamId(),
            finding.from(),
            finding.to(),
            "the hub",
            false);
    if (mending.isKnown(damage)) {
      return;
    }
    trace.note(edge.name(), "finds " + finding.kind(), finding.from(), finding.to());
    tally.visited("finding.edge." + finding.kind());
    if (finding.kind() == Finding.Kind.DAMAGED) {
      mending.found(damage, now);
    } else {
      mending.stays(damage, "stays");
    }
  }
}
