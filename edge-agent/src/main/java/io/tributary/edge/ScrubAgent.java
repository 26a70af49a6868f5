package io.tributary.edge;

import io.tributary.agent.Agent;
import io.tributary.log.Finding;
import io.tributary.log.Journal;
import io.tributary.log.JournalStream;
import io.tributary.log.Scrub;
import io.tributary.record.Digest;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Damage;
import io.tributary.session.heal.Fetched;
import io.tributary.session.heal.Mending;
import io.tributary.session.heal.ScrubRounds;
import io.tributary.session.heal.Supplied;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Keeps what this edge holds whole: reads all of it again and again at a bounded rate, and fetches what is damaged from
/// the hub, if it has it. It also reads for a hub that heals its own logs or compares digests.
///
/// Damage that the hub does not have either is left where it is: the uplink declares it as a Gap `corrupt` when its turn
/// comes, unless the hub had acknowledged it.
///
/// It never waits: while the hub's answer is on its way it reads on, since that hub may be waiting for this edge.
final class ScrubAgent implements Agent {
  private static final System.Logger LOG = System.getLogger(ScrubAgent.class.getName());

  /// When damage is tried again whose stream was not being mirrored.
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// How much damage is remembered; a disk with more is beyond counting.
  private static final int DAMAGE_MOST = 1000;

  private final List<JournalAgent> journals;
  private final @Nullable UplinkAgent uplink;

  /// At most one Want and one question of the hub at a time; the session sees to that.
  private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();

  private final ScrubRounds<JournalAgent> rounds;
  private final Mending<Found> mending =
      new Mending<>(
          new Mending.Bounds(RETRY_NANOS, Mending.ANSWER_NANOS, DAMAGE_MOST, DAMAGE_MOST));
  private final Supplied supplied = new Supplied();
  private Runnable wake = () -> {};
  private @Nullable Scrub scrub;
  private @Nullable CompletableFuture<Fetched> answer;
  private volatile Status status = new Status(0, 0, 0, 0, List.of());

  private record Found(JournalAgent in, Finding finding) {}

  /// How whole the journals are, as of the last turn.
  ///
  /// @param rounds how often everything was read since the start
  /// @param healedBatches damaged batches that the hub gave back
  /// @param suppliedBatches batches that the hub asked for to heal its own logs
  record Status(
      long rounds, long bytesRead, long healedBatches, long suppliedBatches, List<Open> damage) {}

  /// Damage, for status.
  record Open(String className, Finding finding, String state) {}

  /// @param uplink null where there is no hub
  ScrubAgent(
      Collection<JournalAgent> journals,
      @Nullable UplinkAgent uplink,
      long bytesPerSecond,
      long restNanos) {
    this.journals = List.copyOf(journals);
    this.uplink = uplink;
    this.rounds = new ScrubRounds<>(bytesPerSecond, restNanos);
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable waker) {
    wake = waker;
  }

  @Override
  public String name() {
    return "scrub";
  }

  /// Any thread.
  Status status() {
    return status;
  }

  /// Reads a batch for the hub. Any thread; the answer comes on this agent's: WHOLE, ABSENT, or BUSY when it cannot be read
  /// now.
  void supply(Want want, long streamId, Consumer<Fetched> consumer) {
    asked.add(() -> consumer.accept(batchFor(streamId, want.from())));
    wake.run();
  }

  /// Looks up a digest for the hub. Any thread; the answer comes on this agent's.
  void digest(DigestAsk ask, long streamId, LongConsumer consumer) {
    asked.add(() -> consumer.accept(digestAt(streamId, ask.offset())));
    wake.run();
  }

  @Override
  public int doWork(long nowNanos) {
    Runnable question = asked.poll();
    if (question != null) {
      question.run();
    }
    int work = (question == null ? 0 : 1) + heal(nowNanos) + read(nowNanos);
    publish();
    return work;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return rounds.idleNanos(nowNanos);
  }

  @Override
  public void onClose() throws IOException {
    leave();
  }

  // --- for the hub

  private Fetched batchFor(long streamId, long from) {
    Journal journal = journalOf(streamId);
    try {
      ByteBuffer batch =
          journal == null ? null : supplied.batch(streamId, from, journal::batchFrom);
      return batch == null ? Fetched.without(Fetched.Outcome.ABSENT) : Fetched.whole(batch);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a batch for the hub cannot be read", e);
      return Fetched.without(Fetched.Outcome.BUSY);
    }
  }

  private long digestAt(long streamId, long offset) {
    Journal journal = journalOf(streamId);
    try {
      return journal == null ? Digest.UNKNOWN : journal.digestAt(streamId, offset);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a digest for the hub cannot be read", e);
      return Digest.NOT_NOW;
    }
  }

  private @Nullable Journal journalOf(long streamId) {
    for (JournalAgent each : journals) {
      if (each.journal().stream(streamId) != null) {
        return each.journal();
      }
    }
    return null;
  }

  // --- damage

  /// Takes one damage a step further.
  private int heal(long nowNanos) {
    UplinkAgent hub = uplink;
    if (hub == null) {
      return 0;
    }
    CompletableFuture<Fetched> fetching = answer;
    if (fetching != null && fetching.isDone()) {
      answer = null;
      mending.answered(fetching.getNow(Fetched.without(Fetched.Outcome.GONE)), nowNanos);
    }
    switch (mending.next(nowNanos)) {
      case null -> {
        return 0;
      }
      case Mending.Ask<Found> ask ->
          answer =
              hub.questions()
                  .fetch(ask.damage().streamId(), ask.from())
                  .whenComplete((fetched, failure) -> wake.run());
      case Mending.Write<Found> write -> write(write, nowNanos);
      case Mending.Lost<Found> lost -> lost(lost);
    }
    return 1;
  }

  private void write(Mending.Write<Found> write, long nowNanos) {
    Found found = write.damage().finding();
    try {
      switch (found.in().journal().heal(found.finding(), write.batches())) {
        case HEALED -> {
          mending.written(Mending.Written.HEALED);
          LOG.log(System.Logger.Level.INFO, "healed from the hub: " + found.finding());
        }
        case KEPT -> mending.written(Mending.Written.KEPT);
        case UNFIT -> mending.written(Mending.Written.UNFIT);
        case GONE -> mending.written(Mending.Written.GONE);
      }
    } catch (IOException e) {
      mending.unwritten(String.valueOf(e.getMessage()), nowNanos);
    }
  }

  private void lost(Mending.Lost<Found> lost) {
    Found found = lost.damage().finding();
    JournalStream stream = found.in().journal().stream(lost.damage().streamId());
    boolean isAcked = stream != null && lost.to() <= stream.acked();
    String what =
        isAcked
            ? "stays so: the hub is past it, with the readings or with their Gap"
            : "lost: the hub is told a Gap";
    LOG.log(
        System.Logger.Level.ERROR,
        "records [%d, %d) of %s: %s; %s"
            .formatted(lost.from(), lost.to(), found.finding(), lost.why(), what));
  }

  // --- the scrub

  private int read(long nowNanos) {
    JournalAgent reading = rounds.due(nowNanos, () -> journals);
    if (reading == null) {
      return 0;
    }
    Scrub current = scrub == null ? reading.journal().scrub() : scrub;
    scrub = current;
    long before = current.bytesRead();
    try {
      boolean isOver = current.step(ScrubRounds.STEP_BYTES);
      rounds.read(current.bytesRead() - before, nowNanos);
      current.findings().forEach(finding -> found(finding, reading, nowNanos));
      if (isOver) {
        leave();
        rounds.over();
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "class " + reading.className() + " cannot be checked now",
          e);
      rounds.waits(RETRY_NANOS, nowNanos);
    }
    return 1;
  }

  private void leave() throws IOException {
    Scrub current = scrub;
    scrub = null;
    if (current != null) {
      current.close();
    }
  }

  private void found(Finding finding, JournalAgent in, long nowNanos) {
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
    LOG.log(System.Logger.Level.ERROR, "class " + in.className() + ": " + finding);
    switch (finding.kind()) {
      case DAMAGED -> mending.found(damage, nowNanos);
      case ABSENT -> mending.stays(damage, "stays: no bytes are left to heal");
      case CHANGED -> mending.stays(damage, "stays: other records than were written");
    }
  }

  private void publish() {
    List<Open> open = new ArrayList<>();
    for (Mending.Open<Found> one : mending.open()) {
      Found found = one.finding();
      open.add(new Open(found.in().className(), found.finding(), one.state()));
    }
    status =
        new Status(
            rounds.rounds(),
            rounds.bytesRead(),
            mending.healedBatches(),
            supplied.count(),
            List.copyOf(open));
  }
}
