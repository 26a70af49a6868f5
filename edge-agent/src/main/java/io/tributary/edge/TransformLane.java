package io.tributary.edge;

import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Found;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.TopicPosition;
import io.tributary.agent.Agent;
import io.tributary.agent.Pulse;
import io.tributary.agent.Vital;
import io.tributary.edge.EdgeConfig.Transforms;
import io.tributary.log.JournalStream;
import io.tributary.log.StateUpdate;
import io.tributary.record.Record;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestRecords;
import io.tributary.smartmodule.Lookback;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sends the readings of one topic through its chain before they are logged: what an adapter hands over waits here, and goes on to
/// the journal as what came of it, with the changes of state that belong to it, all at once. What a filter leaves out is
/// acknowledged in its turn, and is in no log.
///
/// ```
/// emitter ─▶ queue ─▶ chain ─▶ ready ─▶ journal agent
///                       └ dead letters, in the same submission
/// ```
///
/// It has a thread of its own, so that a guest that takes its time holds up its topic and no other. The chain's state lives as
/// long as the agent: a pipeline from a topic to another keeps it.
///
/// Everything but [#offer], [#holds] and the status runs on the agent's own thread.
final class TransformLane implements Agent, Vital {
  /// The word of {@link AdapterStatus#type} for it.
  static final String TYPE = "transforms";

  private static final int CALL_RECORDS = 1_000;

  /// Beside its key, value and headers, of those that the edge adds.
  private static final int ORIGIN_BYTES = 512;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long STOPPED_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long TURN_NANOS_MOST = TimeUnit.SECONDS.toNanos(60);

  /// Of a look back by age.
  private static final long LOOK_BACK_MOST = 100_000;

  private final String topic;
  private final Transforms transforms;
  private final JournalAgent journal;
  private final OutletLimits limits;
  private final Pulse pulse;
  private Runnable wake = () -> {};

  private final ArrayBlockingQueue<Submission> queue;
  private final AtomicLong queuedBytes = new AtomicLong();

  /// How many submissions here change a key of state.
  private final Map<String, Integer> keys = new ConcurrentHashMap<>();

  /// Taken from the queue, not transformed yet.
  private final Deque<Submission> inputs = new ArrayDeque<>();

  /// Transformed, not taken by the journal yet.
  private final Deque<Submission> ready = new ArrayDeque<>();

  private @Nullable Chain chain;
  private long nextOffset;
  private long tryAgainNanos = System.nanoTime();

  private volatile @Nullable String trouble;
  private volatile @Nullable String lastError;
  private volatile long in;
  private volatile long out;
  private volatile long leftOut;
  private volatile long deadLetters;
  private volatile long skipped;
  private volatile long memoryBytes;

  TransformLane(String topic, Transforms transforms, JournalAgent journal, OutletLimits limits) {
    this.topic = topic;
    this.transforms = transforms;
    this.journal = journal;
    this.limits = limits;
    this.pulse = new Pulse("the transforms of '" + topic + "'");
    this.queue = new ArrayBlockingQueue<>(limits.queuedReadings());
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable wake) {
    this.wake = wake;
  }

  String topic() {
    return topic;
  }

  String className() {
    return journal.className();
  }

  /// Queues one submission; false when the queue's bound is reached. Any thread.
  boolean offer(Submission submission) {
    int size = submission.sizeBytes();
    if (queuedBytes.get() + size > limits.queuedBytes() + size * (queue.isEmpty() ? 1L : 0L)) {
      return false;
    }
    submission.updates().forEach(update -> keys.merge(update.key(), 1, Integer::sum));
    queuedBytes.addAndGet(size);
    if (!queue.offer(submission)) {
      queuedBytes.addAndGet(-size);
      release(submission);
      return false;
    }
    wake.run();
    return true;
  }

  /// Whether something that changes one of these keys waits here: a later change of it must come behind. Any thread.
  boolean holds(List<StateUpdate> updates) {
    for (StateUpdate update : updates) {
      if (keys.containsKey(update.key())) {
        return true;
      }
    }
    return false;
  }

  private void release(Submission submission) {
    submission
        .updates()
        .forEach(update ->
            keys.computeIfPresent(update.key(), (key, count) -> count == 1 ? null : count - 1));
  }

  @Override
  public String name() {
    return "transforms-" + topic;
  }

  /// A turn may have a batch that a guest fails on again and again.
  @Override
  public long turnNanosMost() {
    return TURN_NANOS_MOST;
  }

  @Override
  public int doWork(long nowNanos) {
    int work = forward();
    if (!ready.isEmpty() || nowNanos - tryAgainNanos < 0) {
      beat(nowNanos);
      return work;
    }
    try {
      Chain running = chain == null ? start() : chain;
      work += transform(running, nowNanos);
    } catch (GuestFailed e) {
      chain = null;
      stop("its guests do not start: " + e.text(), nowNanos);
    } catch (IOException e) {
      chain = null;
      stop("the journal cannot be read: " + e.getMessage(), nowNanos);
    }
    work += forward();
    if (work > 0) {
      pulse.moved(nowNanos);
    }
    beat(nowNanos);
    return work;
  }

  private void stop(String why, long nowNanos) {
    trouble = why;
    lastError = why;
    tryAgainNanos = nowNanos + STOPPED_NANOS;
  }

  private void beat(long nowNanos) {
    if (ready.isEmpty() && inputs.isEmpty() && queue.isEmpty()) {
      pulse.rests();
    } else {
      String why = trouble;
      pulse.waits(why == null ? "readings wait for the journal" : why, nowNanos);
    }
  }

  private Chain start() throws GuestFailed, IOException {
    Chain starting = transforms.chain().start(line -> lastError = "log: " + line);
    Lookback lookback = transforms.chain().transforms().get(0).lookback();
    if (lookback != null) {
      ChainInput earlier = earlier(lookback);
      if (earlier != null) {
        starting.lookBack(earlier);
      }
    }
    chain = starting;
    trouble = null;
    return starting;
  }

  /// What the topic's log has at its end.
  private @Nullable ChainInput earlier(Lookback lookback) throws IOException {
    JournalStream stream = journal.journal().streams().get(topic);
    if (stream == null) {
      return null;
    }
    long last = Math.min(lookback.last() > 0 ? lookback.last() : LOOK_BACK_MOST, LOOK_BACK_MOST);
    TopicPosition from =
        new TopicPosition(stream.id(), Math.max(stream.start(), stream.end() - last));
    List<Record> records = new ArrayList<>();
    try (JournalTopicReader reader = new JournalTopicReader(journal, topic, from, () -> {})) {
      for (Found found = reader.next(); found != null; found = reader.next()) {
        if (found instanceof Found.Stored stored) {
          records.add(stored.record());
        }
      }
    }
    if (records.isEmpty()) {
      return null;
    }
    long newest = records.get(records.size() - 1).timestampMs();
    long oldest =
        lookback.age() == null
            ? newest - Integer.MAX_VALUE
            : Math.max(newest - lookback.age().toMillis(), newest - Integer.MAX_VALUE);
    GuestRecords.Builder earlier = new GuestRecords.Builder();
    for (Record record : records) {
      if (record.timestampMs() >= oldest && record.timestampMs() - oldest <= Integer.MAX_VALUE) {
        earlier.add(
            (int) (record.timestampMs() - oldest), earlier.count(), record.key(), record.value());
      }
    }
    return new ChainInput(0, oldest, earlier.build());
  }

  private int transform(Chain running, long nowNanos) throws GuestFailed {
    while (inputs.size() < CALL_RECORDS) {
      Submission next = queue.poll();
      if (next == null) {
        break;
      }
      queuedBytes.addAndGet(-next.sizeBytes());
      inputs.add(next);
    }
    List<Submission> call = new ArrayList<>();
    GuestRecords.Builder records = new GuestRecords.Builder();
    long baseMs = 0;
    for (Submission each : inputs) {
      Reading reading = each.only();
      if (reading == null || !reading.topic().equals(topic)) {
        break; // a change of state that must not overtake
      }
      baseMs = call.isEmpty() ? reading.timestampMs() : baseMs;
      long delta = reading.timestampMs() - baseMs;
      if (delta != (int) delta) {
        break;
      }
      records.add((int) delta, call.size(), reading.key(), reading.value());
      call.add(each);
    }
    if (call.isEmpty()) {
      Submission other = inputs.poll();
      if (other == null) {
        return 0;
      }
      ready.add(other);
      return 1;
    }
    ChainOutput output = running.process(new ChainInput(nextOffset, baseMs, records.build()));
    take(call.subList(0, output.taken()), output);
    memoryBytes = running.memoryBytes();
    DeadLetter stopping = output.stop();
    if (stopping == null) {
      trouble = null;
    } else {
      stop(
          "stopped before a reading that %s fails on: %s"
              .formatted(stopping.module(), stopping.text()),
          nowNanos);
    }
    return output.taken();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void take(List<Submission> call, ChainOutput output) {
    int at = 0;
    int letter = 0;
    List<DeadLetter> letters = output.deadLetters();
    for (int i = 0; i < call.size(); i++) {
      Submission submission = call.get(i);
      Reading origin = readingOf(submission);
      List<Reading> readings = new ArrayList<>();
      for (; at < output.count() && output.origin(at) == i; at++) {
        readings.add(reading(origin, output, at));
      }
      in++;
      DeadLetter dead = tooLarge(readings);
      if (letter < letters.size() && letters.get(letter).origin() == i) {
        dead = letters.get(letter++);
      }
      if (dead != null) {
        readings = fail(origin, dead);
      } else if (readings.isEmpty()) {
        leftOut++;
      } else {
        out += readings.size();
      }
      ready.add(
          new Submission(
              submission.source(), readings, submission.updates(), submission.completion()));
      inputs.remove();
    }
    nextOffset += call.size();
  }

  private static Reading readingOf(Submission submission) {
    Reading reading = submission.only();
    if (reading == null) {
      throw new AssertionError("only readings are transformed");
    }
    return reading;
  }

  private Reading reading(Reading origin, ChainOutput output, int i) {
    return transforms.chain().onlyFilters()
        ? origin
        : new Reading(
            topic,
            output.timestampMs(i),
            output.key(i),
            output.value(i),
            origin.headers(),
            List.of());
  }

  /// What a guest made of one reading may be more than a group, or a batch, holds.
  private @Nullable DeadLetter tooLarge(List<Reading> readings) {
    long all = 0;
    for (Reading reading : readings) {
      long bytes = sizeBytes(reading);
      all += bytes;
      if (bytes > journal.journal().recordBytesMost() || all > journal.journal().groupBytes()) {
        return new DeadLetter(
            0,
            transforms.chain().transforms().get(0).module().name(),
            GuestFailed.Reason.OUTPUT_SIZE,
            "of one reading come %d, which have no room together".formatted(readings.size()));
      }
    }
    return null;
  }

  private static long sizeBytes(Reading reading) {
    return ORIGIN_BYTES
        + 9L * reading.headers().size()
        + (reading.key() == null ? 0 : reading.key().length)
        + (reading.value() == null ? 0 : reading.value().length);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private List<Reading> fail(Reading origin, DeadLetter why) {
    lastError = why.module() + ": " + why.text();
    if (transforms.chain().policy() == ErrorPolicy.SKIP) {
      skipped++;
      return List.of();
    }
    deadLetters++;
    // One that no batch can hold is refused by the journal, and its source is told: there is no
    // other copy of it.
    Record letter =
        why.letters(
                new Record(origin.timestampMs(), origin.key(), origin.value(), origin.headers()),
                new DeadLetter.Place("", topic, -1, -1))
            .get(0);
    return List.of(
        new Reading(
            transforms.deadLetters(),
            letter.timestampMs(),
            letter.key(),
            letter.value(),
            letter.headers(),
            List.of()));
  }

  /// Gives the journal what is ready, as far as it has room.
  private int forward() {
    int done = 0;
    for (Submission next; (next = ready.peek()) != null; done++) {
      if (!journal.offer(next)) {
        break;
      }
      ready.remove();
      release(next);
    }
    return done;
  }

  @Override
  public long idleNanos(long nowNanos) {
    if (!ready.isEmpty()) {
      return RETRY_NANOS;
    }
    return nowNanos - tryAgainNanos < 0 ? tryAgainNanos - nowNanos : MAX_IDLE_NANOS;
  }

  /// What still waits is not kept: its sources are told by the journal, behind everything that was.
  @Override
  public void onClose() {
    long endNanos = System.nanoTime() + STOPPED_NANOS;
    while (doWork(System.nanoTime()) > 0 && System.nanoTime() - endNanos < 0) {
      // as if it ran on
    }
    for (Submission left : ready) {
      left.source().complete(left, -1, Refused.SHUTDOWN);
    }
    for (Submission left : inputs) {
      left.source().complete(left, -1, Refused.SHUTDOWN);
    }
    for (Submission left; (left = queue.poll()) != null; ) {
      left.source().complete(left, -1, Refused.SHUTDOWN);
    }
  }

  @Override
  public @Nullable String standstill(long nowNanos) {
    return pulse.standstill(nowNanos);
  }

  /// A snapshot. Any thread.
  AdapterStatus status() {
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("in", in);
    counters.put("out", out);
    counters.put("leftOut", leftOut);
    counters.put("deadLetters", deadLetters);
    counters.put("skipped", skipped);
    counters.put("queuedBytes", queuedBytes.get());
    counters.put("guestMemoryBytes", memoryBytes);
    String wrong = trouble;
    String chainOf =
        String.join(
            " ─▶ ",
            transforms.chain().transforms().stream().map(each -> each.module().name()).toList());
    return new AdapterStatus(
        TYPE,
        wrong == null,
        wrong == null
            ? "%s: %d in, %d out, %d left out".formatted(chainOf, in, out, leftOut)
            : wrong,
        counters,
        lastError);
  }
}
