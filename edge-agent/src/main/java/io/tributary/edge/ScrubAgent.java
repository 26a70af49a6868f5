package io.tributary.edge;

import io.tributary.agent.Agent;
import io.tributary.log.Finding;
import io.tributary.log.Journal;
import io.tributary.log.JournalStream;
import io.tributary.log.Scrub;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Limits;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Want;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static final int STEP_BYTES = 256 * 1024;

  /// When damage is tried again whose stream was not being mirrored.
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// How much damage is remembered; a disk with more is beyond counting.
  private static final int DAMAGE_MOST = 1000;

  private final Map<String, Journal> journals = new LinkedHashMap<>();
  private final @Nullable UplinkAgent uplink;
  private final long bytesPerSecond;
  private final long restNanos;

  /// At most one Want and one question of the hub at a time; the session sees to that.
  private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();

  private final BatchView view = new BatchView();
  private Runnable wake = () -> {};

  // The round that goes on.
  private final ArrayDeque<String> unread = new ArrayDeque<>();
  private boolean isInRound;
  private String reading = "";
  private @Nullable Scrub scrub;
  private long nextReadNanos = System.nanoTime();

  /// Damage that waits for the hub, and damage that stays; both are found again in every round.
  private final Map<Finding, Damage> damages = new LinkedHashMap<>();

  private @Nullable Damage inHand;
  private @Nullable Supplied supplied;

  private volatile long rounds;
  private volatile long bytesRead;
  private volatile long healedBatches;
  private volatile long suppliedBatches;
  private volatile List<Open> open = List.of();

  /// What came of asking the hub for a batch.
  ///
  /// @param batch null when there is none
  /// @param isAbsent the hub does not have it; else it was not asked
  record Fetched(@Nullable ByteBuffer batch, boolean isAbsent) {
    static final Fetched NOTHING = new Fetched(null, false);
    static final Fetched ABSENT = new Fetched(null, true);
  }

  /// Damage, for status.
  record Open(String className, Finding finding, String state) {}

  private record Supplied(long streamId, long from, @Nullable ByteBuffer batch) {}

  private static final class Damage {
    private final String className;
    private final Finding finding;
    private final List<ByteBuffer> batches = new ArrayList<>();
    private long due;
    private long retryNanos;
    private boolean isSettled;
    private @Nullable CompletableFuture<Fetched> answer;
    private String state = "found";

    private Damage(String className, Finding finding, long nowNanos) {
      this.className = className;
      this.finding = finding;
      this.due = finding.from();
      this.retryNanos = nowNanos;
    }
  }

  /// @param uplink null where there is no hub
  ScrubAgent(
      Collection<JournalAgent> journals,
      @Nullable UplinkAgent uplink,
      long bytesPerSecond,
      long restNanos) {
    for (JournalAgent journal : journals) {
      this.journals.put(journal.className(), journal.journal());
    }
    this.uplink = uplink;
    this.bytesPerSecond = bytesPerSecond;
    this.restNanos = restNanos;
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable waker) {
    wake = waker;
  }

  @Override
  public String name() {
    return "scrub";
  }

  /// Rounds over all that is kept, since the start. Any thread, as the following.
  long rounds() {
    return rounds;
  }

  long bytesRead() {
    return bytesRead;
  }

  /// Batches that the hub gave back.
  long healedBatches() {
    return healedBatches;
  }

  /// Batches that the hub asked for.
  long suppliedBatches() {
    return suppliedBatches;
  }

  List<Open> open() {
    return open;
  }

  /// Reads a batch for the hub. Any thread; the answer comes on this agent's.
  void supply(Want want, long streamId, Consumer<@Nullable ByteBuffer> answer) {
    asked.add(() -> answer.accept(batchFor(streamId, want.from())));
    wake.run();
  }

  /// Looks up a digest for the hub. Any thread; the answer comes on this agent's.
  void digest(DigestAsk ask, long streamId, LongConsumer answer) {
    asked.add(() -> answer.accept(digestAt(streamId, ask.offset())));
    wake.run();
  }

  @Override
  public int doWork(long nowNanos) {
    Runnable question = asked.poll();
    if (question != null) {
      question.run();
    }
    return (question == null ? 0 : 1) + heal(nowNanos) + read(nowNanos);
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, nextReadNanos - nowNanos);
  }

  @Override
  public void onClose() throws IOException {
    Scrub current = scrub;
    if (current != null) {
      current.close();
    }
  }

  // --- for the hub

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private @Nullable ByteBuffer batchFor(long streamId, long from) {
    Supplied last = supplied;
    if (last == null || last.streamId() != streamId || last.from() != from) {
      ByteBuffer batch = null;
      Journal journal = journalOf(streamId);
      try {
        batch = journal == null ? null : journal.batchAt(streamId, from);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "a batch for the hub cannot be read", e);
      }
      last = new Supplied(streamId, from, batch);
      supplied = batch == null ? null : last;
      suppliedBatches += batch == null ? 0 : 1;
    }
    return last.batch();
  }

  private long digestAt(long streamId, long offset) {
    Journal journal = journalOf(streamId);
    try {
      return journal == null ? Digest.UNKNOWN : journal.digestAt(streamId, offset);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a digest for the hub cannot be read", e);
      return Digest.UNKNOWN;
    }
  }

  private @Nullable Journal journalOf(long streamId) {
    for (Journal journal : journals.values()) {
      if (journal.stream(streamId) != null) {
        return journal;
      }
    }
    return null;
  }

  // --- damage

  /// Takes one damage a step further.
  private int heal(long nowNanos) {
    Damage damage = inHand;
    if (damage == null) {
      damage = nextDue(nowNanos);
      inHand = damage;
    }
    UplinkAgent hub = uplink;
    if (damage == null || hub == null) {
      return 0;
    }
    CompletableFuture<Fetched> answer = damage.answer;
    if (answer == null) {
      damage.state = "is fetched from the hub";
      damage.answer =
          hub.fetch(damage.finding.streamId(), damage.due)
              .whenComplete((fetched, failure) -> wake.run());
    } else if (answer.isDone()) {
      damage.answer = null;
      take(damage, answer.getNow(Fetched.NOTHING), nowNanos);
    } else {
      return 0;
    }
    publish();
    return 1;
  }

  private @Nullable Damage nextDue(long nowNanos) {
    for (Damage damage : damages.values()) {
      if (!damage.isSettled && nowNanos - damage.retryNanos >= 0) {
        return damage;
      }
    }
    return null;
  }

  private void take(Damage damage, Fetched fetched, long nowNanos) {
    ByteBuffer batch = fetched.batch();
    if (batch == null) {
      if (fetched.isAbsent()) {
        stays(damage);
      } else {
        later(damage, "waits until the hub mirrors this stream", nowNanos);
      }
      return;
    }
    long end = endOf(damage, batch);
    if (end < 0) {
      settle(damage, "stays: the hub has something else");
      return;
    }
    damage.batches.add(batch);
    damage.due = end;
    if (end < damage.finding.to()) {
      return; // the next turn asks for the batch behind it
    }
    Journal journal = journals.get(damage.className);
    try {
      switch (journal == null ? null : journal.heal(damage.finding, damage.batches)) {
        case HEALED, KEPT -> healed(damage);
        case UNFIT -> settle(damage, "stays: what the hub has is not what was there");
        case GONE -> settle(damage, "its segment has been deleted");
        case null -> settle(damage, "its class is gone");
      }
    } catch (IOException e) {
      later(damage, "cannot be written now: " + e.getMessage(), nowNanos);
    }
  }

  /// Where the batch ends, or -1 when it is not the one that is due.
  private long endOf(Damage damage, ByteBuffer batch) {
    try {
      view.wrap(batch, batch.position()).check(Limits.FROM_EDGE);
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
    LOG.log(System.Logger.Level.INFO, "healed from the hub: " + damage.finding);
    damages.remove(damage.finding);
    inHand = null;
  }

  private void stays(Damage damage) {
    Journal journal = journals.get(damage.className);
    JournalStream stream = journal == null ? null : journal.stream(damage.finding.streamId());
    boolean isAcked = stream != null && damage.finding.to() <= stream.acked();
    settle(
        damage,
        isAcked
            ? "stays: the hub had acknowledged it and keeps it no more"
            : "is lost: the hub is told a Gap");
  }

  private void later(Damage damage, String state, long nowNanos) {
    damage.state = state;
    damage.batches.clear();
    damage.due = damage.finding.from();
    damage.retryNanos = nowNanos + RETRY_NANOS;
    inHand = null;
  }

  private void settle(Damage damage, String state) {
    damage.state = state;
    damage.batches.clear();
    damage.isSettled = true;
    if (damage.equals(inHand)) {
      inHand = null;
    }
  }

  // --- the scrub

  private int read(long nowNanos) {
    if (nowNanos - nextReadNanos < 0) {
      return 0;
    }
    Scrub current = scrub;
    if (current == null) {
      current = begin(nowNanos);
      scrub = current;
      if (current == null) {
        return 0;
      }
    }
    long before = current.bytesRead();
    boolean isOver;
    try {
      isOver = current.step(STEP_BYTES);
      if (isOver) {
        current.close();
        scrub = null;
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "class " + reading + " cannot be checked now", e);
      nextReadNanos = nowNanos + RETRY_NANOS;
      return 1;
    }
    count(current.bytesRead() - before, nowNanos);
    for (Finding finding : current.findings()) {
      found(finding, nowNanos);
    }
    return 1;
  }

  /// Takes the next journal, or begins a new round, or rests.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private @Nullable Scrub begin(long nowNanos) {
    if (unread.isEmpty() && isInRound) {
      isInRound = false;
      rounds++;
      nextReadNanos = nowNanos + restNanos;
      return null;
    }
    if (!isInRound) {
      isInRound = true;
      unread.addAll(journals.keySet());
    }
    reading = unread.remove();
    Journal journal = journals.get(reading);
    return journal == null ? null : journal.scrub();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void count(long bytes, long nowNanos) {
    bytesRead += bytes;
    nextReadNanos = nowNanos + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
  }

  private void found(Finding finding, long nowNanos) {
    if (finding.streamId() < 0 || damages.containsKey(finding) || damages.size() >= DAMAGE_MOST) {
      return;
    }
    LOG.log(System.Logger.Level.ERROR, "class " + reading + ": " + finding);
    Damage damage = new Damage(reading, finding, nowNanos);
    damages.put(finding, damage);
    switch (finding.kind()) {
      case DAMAGED -> damage.state = "waits for the hub";
      case ABSENT -> settle(damage, "stays: no bytes are left to heal");
      case CHANGED -> settle(damage, "stays: other records than were written");
    }
    publish();
  }

  private void publish() {
    open =
        damages.values().stream()
            .map(damage -> new Open(damage.className, damage.finding, damage.state))
            .toList();
  }
}
