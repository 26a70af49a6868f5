package io.tributary.core;

import io.tributary.agent.Agent;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.session.frame.Want;
import io.tributary.store.AppendReply;
import io.tributary.store.Finding;
import io.tributary.store.Partition;
import io.tributary.store.Scrub;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps what the hub holds whole: reads all of it again and again at a bounded rate, fetches what is damaged from the
/// edge that wrote it, and tells `_gaps` what nobody has any more. It also reads for edges that heal their own logs.
///
/// ```
///  read a piece ─▶ finding ─▶ ask the edge ─▶ batch ─▶ written where it was
///                                   └──────▶ absent ─▶ a Gap `corrupt`, once
/// ```
///
/// It never waits: while an edge's answer is on its way it reads on, since that edge may be waiting for this hub.
public final class ScrubAgent implements Agent {
  private static final System.Logger LOG = System.getLogger(ScrubAgent.class.getName());

  private static final int STEP_BYTES = 256 * 1024;

  private final Store store;
  private final IntakeDesk desk;
  private final ScrubLimits limits;
  private final BlockingQueue<Wanted> wants;
  private final BatchView view = new BatchView();
  private Runnable wake = () -> {};

  // The round that goes on.
  private boolean isInRound;
  private final ArrayDeque<Partition> unread = new ArrayDeque<>();
  private @Nullable Partition partition;
  private @Nullable Scrub scrub;
  private boolean hasBegun;
  private long nextReadNanos;

  /// Damage that is neither healed nor told, by place.
  private final Map<Place, Damage> damages = new LinkedHashMap<>();

  /// Damage that stays; it is found again in every round.
  private final Map<Place, Damage> settled = new LinkedHashMap<>();

  private @Nullable Damage inHand;

  /// The batch that was read last for an edge: it asks for it slice by slice.
  private @Nullable Supplied supplied;

  private volatile long rounds;
  private volatile long bytesRead;
  private volatile long healedBatches;
  private volatile long lostRecords;
  private volatile long suppliedBatches;
  private volatile List<ScrubStatus.Open> open = List.of();

  private record Wanted(HubSession session, Want want, long streamId) {}

  private record Supplied(long streamId, long from, @Nullable ByteBuffer batch) {}

  private record Place(Finding.Kind kind, long streamId, long from) {}

  /// One finding on its way to being healed.
  private static final class Damage {
    private final Finding finding;
    private final Partition partition;
    private final String edgeId;
    private final List<ByteBuffer> batches = new ArrayList<>();
    private long due;
    private long askedNanos;
    private long retryNanos;
    private @Nullable CompletableFuture<Fetched> answer;
    private String state = "found";

    private Damage(Finding finding, Partition partition, String edgeId, long nowNanos) {
      this.finding = finding;
      this.partition = partition;
      this.edgeId = edgeId;
      this.due = finding.from();
      this.retryNanos = nowNanos;
    }
  }

  public ScrubAgent(Store store, IntakeDesk desk, ScrubLimits limits) {
    this.store = store;
    this.desk = desk;
    this.limits = limits;
    this.wants = new ArrayBlockingQueue<>(limits.wants());
    desk.suppliedBy(this::supply);
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
    return new ScrubStatus(rounds, bytesRead, healedBatches, lostRecords, suppliedBatches, open);
  }

  @Override
  public int doWork(long nowNanos) {
    return serveOne() + heal(nowNanos) + read(nowNanos);
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, nextReadNanos - nowNanos);
  }

  @Override
  public void onClose() {
    Scrub current = scrub;
    if (current != null) {
      current.close();
    }
  }

  // --- for the edges

  private void supply(HubSession session, Want want, long streamId) {
    if (wants.offer(new Wanted(session, want, streamId))) {
      wake.run();
    } else {
      session.supply(want, null);
    }
  }

  private int serveOne() {
    Wanted wanted = wants.poll();
    if (wanted == null) {
      return 0;
    }
    wanted.session().supply(wanted.want(), batchFor(wanted.streamId(), wanted.want().from()));
    return 1;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private @Nullable ByteBuffer batchFor(long streamId, long from) {
    Supplied last = supplied;
    if (last == null || last.streamId() != streamId || last.from() != from) {
      last = new Supplied(streamId, from, readBatch(streamId, from));
      supplied = last;
      suppliedBatches += last.batch() == null ? 0 : 1;
    }
    return last.batch();
  }

  private @Nullable ByteBuffer readBatch(long streamId, long from) {
    try {
      return store.batchAt(streamId, from);
    } catch (StoreRefused unreadable) {
      return null; // the same as not there: the edge declares its Gap
    }
  }

  // --- damage

  /// Takes one damage a step further.
  private int heal(long nowNanos) {
    forgetDeleted();
    Damage damage = inHand;
    if (damage == null) {
      damage = nextDue(nowNanos);
      inHand = damage;
      if (damage == null) {
        return 0;
      }
    }
    CompletableFuture<Fetched> answer = damage.answer;
    if (answer == null) {
      ask(damage, nowNanos);
    } else if (answer.isDone()) {
      damage.answer = null;
      answered(damage, answer.getNow(Fetched.without(Fetched.Outcome.GONE)), nowNanos);
    } else if (nowNanos - damage.askedNanos > nanos(limits.answerMs())) {
      damage.answer = null;
      later(damage, "edge " + damage.edgeId + " did not answer; it is asked again", nowNanos);
    } else {
      return 0;
    }
    publish();
    return 1;
  }

  /// What was found in a topic that is gone concerns nobody: a topic of the same name holds other records, although their
  /// stream may be the same.
  private void forgetDeleted() {
    boolean isLess = damages.values().removeIf(damage -> damage.partition.isDeleted());
    isLess |= settled.values().removeIf(damage -> damage.partition.isDeleted());
    if (!isLess) {
      return;
    }
    Damage damage = inHand;
    if (damage != null && damage.partition.isDeleted()) {
      inHand = null;
    }
    publish();
  }

  private @Nullable Damage nextDue(long nowNanos) {
    for (Damage damage : damages.values()) {
      if (nowNanos - damage.retryNanos >= 0) {
        return damage;
      }
    }
    return null;
  }

  private void ask(Damage damage, long nowNanos) {
    HubSession session = desk.session(damage.edgeId);
    if (session == null) {
      later(damage, "waits for edge " + damage.edgeId + ", which is not connected", nowNanos);
      return;
    }
    damage.state = "fetched from edge " + damage.edgeId;
    damage.askedNanos = nowNanos;
    damage.answer =
        session
            .fetch(damage.finding.streamId(), damage.due)
            .whenComplete((fetched, failure) -> wake.run());
  }

  private void answered(Damage damage, Fetched fetched, long nowNanos) {
    switch (fetched.outcome()) {
      case WHOLE -> take(damage, fetched.batch(), nowNanos);
      case ABSENT -> lost(damage, "edge " + damage.edgeId + " does not have it any more");
      case BUSY ->
          later(damage, "waits until edge " + damage.edgeId + " has sent another", nowNanos);
      case GONE ->
          later(damage, "waits until edge " + damage.edgeId + " mirrors this stream", nowNanos);
    }
  }

  private void take(Damage damage, @Nullable ByteBuffer batch, long nowNanos) {
    long end = batch == null ? -1 : endOf(damage, batch);
    if (batch == null || end < 0) {
      lost(damage, "edge " + damage.edgeId + " sent something else");
      return;
    }
    damage.batches.add(batch);
    damage.due = end;
    if (end < damage.finding.to()) {
      return; // the next turn asks for the batch behind it
    }
    try {
      switch (damage.partition.heal(damage.finding, damage.batches)) {
        case HEALED, KEPT -> healed(damage);
        case UNFIT -> lost(damage, "what edge " + damage.edgeId + " has is not what was there");
        case GONE -> {
          damage.state = "retention has deleted it";
          settle(damage);
          remember(damage);
        }
      }
    } catch (StoreRefused e) {
      later(damage, "cannot be written now: " + e.getMessage(), nowNanos);
    }
  }

  /// Where the batch ends, or -1 when it is not the one that is due.
  private long endOf(Damage damage, ByteBuffer batch) {
    try {
      view.wrap(batch, batch.position()).check(io.tributary.record.Limits.FROM_EDGE);
    } catch (BatchRefused e) {
      return -1;
    }
    long end = view.streamOffset() + view.count();
    boolean isDue =
        view.hasIdentity()
            && view.streamId() == damage.finding.streamId()
            && view.streamOffset() == damage.due
            && end <= damage.finding.to();
    return isDue ? end : -1;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void healed(Damage damage) {
    healedBatches += damage.batches.size();
    String text = "healed from edge " + damage.edgeId + ": " + damage.finding.place();
    LOG.log(System.Logger.Level.INFO, text);
    desk.notice(text);
    settle(damage);
  }

  /// Nobody has the records any more: from now on `_gaps` says so.
  private void lost(Damage damage, String why) {
    if (damage.partition.isDeleted()) {
      settle(damage);
      return;
    }
    Finding finding = damage.finding;
    damage.state = why + ": lost";
    settle(damage);
    remember(damage);
    String text = "%s: %s".formatted(describe(damage), why);
    LOG.log(System.Logger.Level.ERROR, text);
    desk.notice(text);
    Gap gap = new Gap(finding.from(), finding.to(), GapReason.CORRUPT);
    store.tellGap(finding.streamId(), gap, new Told(damage));
  }

  /// What came of telling `_gaps`; called on the store's thread.
  private final class Told implements AppendReply {
    private final Damage damage;

    Told(Damage damage) {
      this.damage = damage;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void durable(long end) {
      lostRecords += damage.finding.to() - damage.finding.from();
    }

    @Override
    public void refused(StoreRefused why) {
      desk.notice(describe(damage) + ": not yet told in _gaps: " + why.getMessage());
    }
  }

  private void later(Damage damage, String state, long nowNanos) {
    damage.state = state;
    damage.batches.clear();
    damage.due = damage.finding.from();
    damage.retryNanos = nowNanos + nanos(limits.retryMs());
    inHand = null;
  }

  private void settle(Damage damage) {
    damages.remove(placeOf(damage.finding));
    damage.batches.clear();
    if (damage.equals(inHand)) {
      inHand = null;
    }
  }

  private void remember(Damage damage) {
    settled.put(placeOf(damage.finding), damage);
    if (settled.size() > limits.told()) {
      settled.remove(settled.keySet().iterator().next());
    }
  }

  // --- the scrub

  private int read(long nowNanos) {
    if (!hasBegun) {
      hasBegun = true;
      nextReadNanos = nowNanos;
    }
    if (nowNanos - nextReadNanos < 0) {
      return 0;
    }
    Scrub current = scrub;
    if (current == null && !begin(nowNanos)) {
      return 0;
    }
    current = scrub;
    Partition reading = partition;
    if (current == null || reading == null) {
      return 1; // a partition without files: the next turn takes the next one
    }
    long before = current.bytesRead();
    boolean isOver;
    try {
      isOver = current.step(STEP_BYTES);
    } catch (StoreRefused e) {
      if (!reading.isDeleted()) {
        LOG.log(
            System.Logger.Level.WARNING, "a partition cannot be checked now: " + e.getMessage());
      }
      isOver = true;
    }
    count(current.bytesRead() - before, nowNanos);
    for (Finding finding : current.findings()) {
      found(finding, reading, nowNanos);
    }
    if (isOver) {
      current.close();
      scrub = null;
      partition = null;
    }
    return 1;
  }

  /// Takes the next partition, or begins a new round, or rests.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private boolean begin(long nowNanos) {
    if (unread.isEmpty() && isInRound) {
      isInRound = false;
      rounds++;
      nextReadNanos = nowNanos + nanos(limits.restMs());
      return false;
    }
    if (!isInRound) {
      isInRound = true;
      for (TopicStatus topic : store.topics()) {
        for (int i = 0; i < topic.partitions(); i++) {
          Partition one = store.partition(topic.name(), i);
          if (one != null) {
            unread.add(one);
          }
        }
      }
    }
    Partition next = unread.poll();
    if (next == null || next.isDeleted()) {
      return true;
    }
    try {
      scrub = next.scrub();
      partition = next;
    } catch (StoreRefused e) {
      LOG.log(System.Logger.Level.WARNING, "a partition cannot be checked now: " + e.getMessage());
    }
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void count(long bytes, long nowNanos) {
    bytesRead += bytes;
    nextReadNanos = nowNanos + bytes * TimeUnit.SECONDS.toNanos(1) / limits.bytesPerSecond();
  }

  private void found(Finding finding, Partition in, long nowNanos) {
    Place place = placeOf(finding);
    if (in.isDeleted()
        || finding.streamId() < 0
        || damages.containsKey(place)
        || settled.containsKey(place)) {
      return;
    }
    StreamStatus stream = streamOf(finding.streamId());
    if (stream == null) {
      return;
    }
    Damage damage = new Damage(finding, in, stream.stream().edgeId(), nowNanos);
    desk.notice(describe(damage));
    switch (finding.kind()) {
      case DAMAGED -> {
        if (damages.size() < limits.told()) {
          damages.put(place, damage);
        }
      }
      case ABSENT -> lost(damage, "no bytes are left to heal");
      case CHANGED -> {
        damage.state = "other records than were written; nothing is changed";
        remember(damage);
      }
    }
    publish();
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
    List<ScrubStatus.Open> all = new ArrayList<>();
    for (Damage damage : damages.values()) {
      all.add(new ScrubStatus.Open(damage.finding, damage.edgeId, damage.state));
    }
    for (Damage damage : settled.values()) {
      all.add(new ScrubStatus.Open(damage.finding, damage.edgeId, damage.state));
    }
    open = all;
  }

  private static String describe(Damage damage) {
    Finding finding = damage.finding;
    return "%s: records [%d, %d) of edge %s, topic %s, at %s"
        .formatted(
            switch (finding.kind()) {
              case DAMAGED -> "damaged";
              case ABSENT -> "missing";
              case CHANGED -> "changed";
            },
            finding.from(),
            finding.to(),
            damage.edgeId,
            finding.topic(),
            finding.place());
  }

  private static Place placeOf(Finding finding) {
    return new Place(finding.kind(), finding.streamId(), finding.from());
  }

  private static long nanos(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
