package io.tributary.core;

import io.tributary.agent.Agent;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Damage;
import io.tributary.session.heal.Fetched;
import io.tributary.session.heal.Mending;
import io.tributary.session.heal.ScrubRounds;
import io.tributary.session.heal.Supplied;
import io.tributary.store.AppendReply;
import io.tributary.store.Finding;
import io.tributary.store.Partition;
import io.tributary.store.Scrub;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Keeps what the hub holds whole: reads all of it again and again at a bounded rate, fetches what is damaged from the
/// edge that wrote it, and tells `_gaps` what nobody has any more. It also reads for edges that heal their own logs.
///
/// ```
///  read a piece ─▶ finding ─▶ ask the edge ─▶ batch ─▶ written where it was
///                                   └──────▶ absent ─▶ a Gap `corrupt`, once
/// ```
///
/// What readers meet comes here as well, and they wait for it: until it is written, or `_gaps` has told of it. That comes
/// for records which the edge may still have as well, when it has not given them back in time.
///
/// It never waits: while an edge's answer is on its way it reads on, since that edge may be waiting for this hub.
public final class ScrubAgent implements Agent {
  private static final System.Logger LOG = System.getLogger(ScrubAgent.class.getName());

  private final Store store;
  private final IntakeDesk desk;
  private final BlockingQueue<Wanted> wants;
  private final ScrubRounds<Partition> rounds;
  private final Mending<Found> mending;
  private final Supplied supplied = new Supplied();
  private volatile Runnable wake = () -> {};
  private @Nullable Scrub scrub;
  private @Nullable CompletableFuture<Fetched> answer;

  /// What `_gaps` could not be told yet.
  private final Queue<Untold> untold = new ConcurrentLinkedQueue<>();

  /// What readers have begun to wait for.
  private final Queue<Met> met = new ConcurrentLinkedQueue<>();

  /// What they wait for.
  private final Map<Met, Hold> holds = new LinkedHashMap<>();

  private final long retryNanos;
  private final long holdNanos;
  private long tellNanos;
  private volatile long lostRecords;
  private volatile ScrubStatus status = new ScrubStatus(0, 0, 0, 0, 0, List.of());

  private record Wanted(HubSession session, Want want, long streamId) {}

  /// @param of the damage whose readers go on when it is told; null: nobody waits
  /// @param isLost nobody has the records any more
  private record Untold(
      Partition partition,
      long streamId,
      Gap gap,
      String text,
      @Nullable Hold of,
      boolean isLost) {}

  private record Met(Partition partition, Finding finding) {}

  /// Readers wait, up to a time at most.
  private static final class Hold {
    private final long untilNanos;
    private boolean isOver;

    /// What `_gaps` is still to tell before they go on.
    private final AtomicInteger untold = new AtomicInteger();

    private Hold(long untilNanos) {
      this.untilNanos = untilNanos;
    }
  }

  private record Found(Finding finding, Partition partition, String edgeId) {}

  public ScrubAgent(Store store, IntakeDesk desk, ScrubLimits limits) {
    this.store = store;
    this.desk = desk;
    this.wants = new ArrayBlockingQueue<>(limits.wants());
    this.rounds = new ScrubRounds<>(limits.bytesPerSecond(), limits.restNanos());
    this.retryNanos = limits.ofHealing().retryNanos();
    this.mending = new Mending<>(limits.ofHealing());
    this.holdNanos = limits.holdNanos();
    desk.suppliedBy(this::supply);
    store.onHeld((partition, finding) -> {
      met.add(new Met(partition, finding));
      wake.run();
    });
  }

  /// How this agent is woken. Set once, before it starts.
  public void wire(Runnable waker) {
    wake = waker;
  }

  @Override
  public String name() {
    return "scrub";
  }

  /// As of the last turn. Any thread.
  public ScrubStatus status() {
    return status.withLost(lostRecords);
  }

  @Override
  public int doWork(long nowNanos) {
    int work = serveOne() + meet(nowNanos) + heal(nowNanos);
    work += release(nowNanos) + tellAgain(nowNanos) + read(nowNanos);
    publish();
    return work;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return rounds.idleNanos(nowNanos);
  }

  @Override
  public void onClose() {
    leave();
  }

  // --- for the edges

  private void supply(HubSession session, Want want, long streamId) {
    if (wants.offer(new Wanted(session, want, streamId))) {
      wake.run();
    } else {
      session.supplyLater(want);
    }
  }

  private int serveOne() {
    Wanted wanted = wants.poll();
    if (wanted == null) {
      return 0;
    }
    try {
      ByteBuffer batch = supplied.batch(wanted.streamId(), wanted.want().from(), store::batchFrom);
      wanted.session().supply(wanted.want(), batch);
    } catch (StoreRefused unreadable) {
      LOG.log(System.Logger.Level.WARNING, "a batch for an edge: " + unreadable.getMessage());
      wanted.session().supplyLater(wanted.want());
    }
    return 1;
  }

  // --- damage

  /// Takes one damage a step further.
  private int heal(long nowNanos) {
    mending.forgetAll(found -> found.partition().isDeleted());
    CompletableFuture<Fetched> asked = answer;
    if (asked != null && asked.isDone()) {
      answer = null;
      mending.answered(asked.getNow(Fetched.without(Fetched.Outcome.GONE)), nowNanos);
    }
    switch (mending.next(nowNanos)) {
      case null -> {
        return 0;
      }
      case Mending.Ask<Found> ask -> ask(ask, nowNanos);
      case Mending.Write<Found> write -> write(write, nowNanos);
      case Mending.Lost<Found> lost -> lost(lost.damage(), lost.from(), lost.to(), lost.why());
    }
    return 1;
  }

  private void ask(Mending.Ask<Found> ask, long nowNanos) {
    String edgeId = ask.damage().finding().edgeId();
    HubSession session = desk.session(edgeId);
    if (session == null) {
      mending.unanswered("waits for edge " + edgeId + ", which is not connected", nowNanos);
      return;
    }
    answer =
        session
            .fetch(ask.damage().streamId(), ask.from())
            .whenComplete((fetched, failure) -> wake.run());
  }

  private void write(Mending.Write<Found> write, long nowNanos) {
    Found found = write.damage().finding();
    try {
      switch (found.partition().heal(found.finding(), write.batches())) {
        case HEALED -> {
          mending.written(Mending.Written.HEALED);
          String text = "healed from " + write.damage().peer() + ": " + found.finding().place();
          LOG.log(System.Logger.Level.INFO, text);
          desk.notice(text);
        }
        case KEPT -> mending.written(Mending.Written.KEPT);
        case UNFIT -> mending.written(Mending.Written.UNFIT);
        case GONE -> mending.written(Mending.Written.GONE);
      }
    } catch (StoreRefused e) {
      mending.unwritten(String.valueOf(e.getMessage()), nowNanos);
    }
  }

  /// Nobody has the records any more: from now on `_gaps` says so.
  private void lost(Damage<Found> damage, long from, long to, String why) {
    Partition partition = damage.finding().partition();
    if (partition.isDeleted()) {
      return;
    }
    String text = "%s: %s: lost".formatted(describe(damage.finding(), from, to), why);
    LOG.log(System.Logger.Level.ERROR, text);
    desk.notice(text);
    tell(damage, from, to, text, true);
  }

  private void tell(Damage<Found> damage, long from, long to, String text, boolean isLost) {
    Found found = damage.finding();
    Hold hold = holds.get(new Met(found.partition(), found.finding()));
    if (hold != null) {
      hold.untold.incrementAndGet();
    }
    Gap gap = new Gap(from, to, GapReason.CORRUPT);
    tell(new Untold(found.partition(), damage.streamId(), gap, text, hold, isLost));
  }

  private void tell(Untold one) {
    store.tellGap(
        one.streamId(),
        one.gap(),
        new AppendReply() {
          @Override
          @SuppressWarnings("NonAtomicVolatileUpdate") // the store's thread alone writes
          public void durable(long end) {
            if (one.isLost()) {
              lostRecords += one.gap().count();
            }
            Hold hold = one.of();
            if (hold != null && hold.untold.decrementAndGet() == 0) {
              wake.run();
            }
          }

          @Override
          public void refused(StoreRefused refusal) {
            untold.add(one);
            desk.notice(one.text() + "; not yet told in _gaps: " + refusal.getMessage());
          }
        });
  }

  private int tellAgain(long nowNanos) {
    untold.removeIf(one -> one.partition().isDeleted());
    int count = untold.size();
    if (count == 0) {
      tellNanos = nowNanos + retryNanos;
      return 0;
    }
    if (nowNanos - tellNanos < 0) {
      return 0;
    }
    tellNanos = nowNanos + retryNanos;
    for (int i = 0; i < count; i++) {
      tell(untold.remove());
    }
    return count;
  }

  // --- readers that wait

  private int meet(long nowNanos) {
    int count = 0;
    for (Met one = met.poll(); one != null; one = met.poll()) {
      holds.put(one, new Hold(nowNanos + holdNanos));
      found(one.finding(), one.partition(), nowNanos);
      count++;
    }
    return count;
  }

  /// Lets readers go on where it is known what became of the damage, and where they have waited long enough.
  private int release(long nowNanos) {
    int count = holds.size();
    holds.entrySet().removeIf(entry -> isReleased(entry.getKey(), entry.getValue(), nowNanos));
    return count - holds.size();
  }

  private boolean isReleased(Met one, Hold hold, long nowNanos) {
    Partition partition = one.partition();
    Finding finding = one.finding();
    if (partition.isDeleted() || !partition.isHeld(finding)) {
      return true;
    }
    Damage<Found> damage = damage(finding, partition);
    if (!hold.isOver && damage != null && !mending.isSettled(damage)) {
      if (nowNanos - hold.untilNanos < 0 || mending.isInHand(damage)) {
        return false;
      }
      String text =
          describe(damage.finding(), finding.from(), finding.to())
              + ": readers pass over them; they come back if the edge has them";
      desk.notice(text);
      tell(damage, finding.from(), finding.to(), text, false);
    }
    hold.isOver = true;
    if (hold.untold.get() > 0) {
      return false;
    }
    partition.passOver(finding);
    return true;
  }

  // --- the scrub

  private int read(long nowNanos) {
    Partition reading = rounds.due(nowNanos, this::partitions);
    if (reading == null) {
      return 0;
    }
    boolean isOver = true;
    try {
      Scrub current = scrub == null ? reading.scrub() : scrub;
      scrub = current;
      if (current != null) {
        long before = current.bytesRead();
        isOver = current.step(ScrubRounds.STEP_BYTES);
        rounds.read(current.bytesRead() - before, nowNanos);
        current.findings().forEach(finding -> found(finding, reading, nowNanos));
      }
    } catch (StoreRefused e) {
      if (reading.isDeleted()) {
        isOver = true;
      } else {
        LOG.log(
            System.Logger.Level.WARNING, "a partition cannot be checked now: " + e.getMessage());
        isOver = scrub == null;
        rounds.waits(retryNanos, nowNanos);
      }
    }
    if (isOver) {
      leave();
      rounds.over();
    }
    return 1;
  }

  private void leave() {
    Scrub current = scrub;
    scrub = null;
    if (current != null) {
      current.close();
    }
  }

  private List<Partition> partitions() {
    List<Partition> all = new ArrayList<>();
    for (TopicStatus topic : store.topics()) {
      for (int i = 0; i < topic.partitions(); i++) {
        Partition one = store.partition(topic.name(), i);
        if (one != null) {
          all.add(one);
        }
      }
    }
    return all;
  }

  private void found(Finding finding, Partition in, long nowNanos) {
    Damage<Found> damage = damage(finding, in);
    if (damage == null || mending.isKnown(damage)) {
      return;
    }
    desk.notice(describe(damage.finding(), finding.from(), finding.to()));
    if (finding.isHealable()) {
      mending.found(damage, nowNanos);
    } else if (finding.kind() == Finding.Kind.CHANGED) {
      mending.stays(damage, "other records than were written; nothing is changed");
    } else {
      String why = "no bytes are left to heal";
      mending.stays(damage, why + ": lost");
      lost(damage, finding.from(), finding.to(), why);
    }
  }

  /// What a finding means, null when it concerns no stream.
  private @Nullable Damage<Found> damage(Finding finding, Partition in) {
    boolean isNobodys = finding.streamId() < 0 || in.isDeleted();
    StreamStatus stream = isNobodys ? null : streamOf(finding.streamId());
    if (stream == null) {
      return null;
    }
    String edgeId = stream.stream().edgeId();
    return new Damage<>(
        new Found(finding, in, edgeId),
        finding.kind(),
        finding.streamId(),
        finding.from(),
        finding.to(),
        "edge " + edgeId,
        finding.kind() == Finding.Kind.ABSENT);
  }

  private @Nullable StreamStatus streamOf(long streamId) {
    for (StreamStatus stream : store.streams()) {
      if (stream.stream().streamId() == streamId) {
        return stream;
      }
    }
    return null;
  }

  private void publish() {
    List<ScrubStatus.Open> open = new ArrayList<>();
    for (Mending.Open<Found> one : mending.open()) {
      open.add(new ScrubStatus.Open(one.finding().finding(), one.finding().edgeId(), one.state()));
    }
    status =
        new ScrubStatus(
            rounds.rounds(),
            rounds.bytesRead(),
            mending.healedBatches(),
            0,
            supplied.count(),
            open);
  }

  private static String describe(Found found, long from, long to) {
    Finding finding = found.finding();
    return "%s: records [%d, %d) of edge %s, topic %s, at %s"
        .formatted(
            switch (finding.kind()) {
              case DAMAGED -> "damaged";
              case ABSENT -> "missing";
              case CHANGED -> "changed";
            },
            from,
            to,
            found.edgeId(),
            finding.topic(),
            finding.place());
  }
}
