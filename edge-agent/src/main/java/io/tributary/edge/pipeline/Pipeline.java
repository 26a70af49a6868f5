package io.tributary.edge.pipeline;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Found;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.agent.Agent;
import io.tributary.record.Header;
import io.tributary.record.Record;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Failure;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Output;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads a topic, sends it through the chain, and hands over what comes of it together with its place, a step at a time.
///
/// Places count along the topic, over all streams that it has had: {@link Course} knows which stream's offset is which.
final class Pipeline implements Agent {
  private static final int STEP_RECORDS = 1_000;
  private static final long STEP_BYTES = 256 << 10;

  /// How long a place that has moved without outputs is kept in memory alone: what lies before it would be read again, and
  /// nothing would come of it again.
  private static final long PLACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// How long a pipeline that has stopped before a record waits until it tries it again.
  private static final long STOPPED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int UNDER_WAY_MOST = 8;

  /// Of a saved state, in one entry of the journal.
  private static final int STATE_BYTES_MOST = Emitter.STATE_CHANGES_BYTES - (64 << 10);

  /// What a reading takes beside its key, value and headers.
  private static final long READING_BYTES = 256;

  /// Of a look back by age.
  private static final long LOOK_BACK_MOST = 100_000;

  /// The edge gives these anew.
  private static final Set<String> ORIGIN = Set.of("edge", "source", "clock");

  private static final long TURN_NANOS_MOST = TimeUnit.SECONDS.toNanos(60);

  private static final String WAITING = "waiting for its topic";

  private final String name;
  private final PipelinePlan plan;
  private final Outlet outlet;
  private final Emitter emitter;
  private final Runnable wake;
  private final Counts<Counter> counts = new Counts<>(Counter.class);

  private @Nullable PipelineRun run;
  private @Nullable TopicReader reader;
  private Course course = Course.UNKNOWN;
  private boolean isBeforeStart;

  /// What has been read and not taken by a step.
  private final List<Input> inputs = new ArrayList<>();

  private long inputsTo;

  private final Deque<Handing> handing = new ArrayDeque<>();
  private final AtomicInteger underWay = new AtomicInteger();

  /// Whether this life has written a state: a place alone means nothing.
  private boolean hasSaved;

  private long placeAt;
  private long placeNanos = System.nanoTime();
  private long tryAgainNanos = placeNanos;

  private volatile @Nullable String trouble;
  private volatile String summary = WAITING;
  private volatile @Nullable TopicPosition durable;
  private volatile long memoryBytes;
  private volatile long generation;
  private volatile long ahead;

  /// What is durable at once.
  private record Handing(
      List<Reading> readings,
      List<StateChange> changes,
      long written,
      long dead,
      @Nullable TopicPosition done) {}

  /// @param lastError may be null
  record Shown(
      boolean isHealthy, String summary, Map<String, Long> counters, @Nullable String lastError) {}

  Pipeline(String name, PipelinePlan plan, Outlet outlet, Runnable wake) {
    this.name = name;
    this.plan = plan;
    this.outlet = outlet;
    this.emitter = outlet.open(name, wake);
    this.wake = wake;
  }

  @Override
  public String name() {
    return "pipeline-" + name;
  }

  @Override
  public int doWork(long nowNanos) throws IOException {
    if (nowNanos - tryAgainNanos < 0) {
      return 0;
    }
    int work = handOver();
    if (!handing.isEmpty() || underWay.get() >= UNDER_WAY_MOST) {
      return work;
    }
    try {
      PipelineRun running = run == null ? open() : run;
      if (running == null) {
        return work;
      }
      TopicPosition done = durable;
      if (done != null && reader != null) {
        durable = null;
        reader.done(done);
      }
      work += read(running);
      return work + step(running, nowNanos);
    } catch (GuestFailed e) {
      run = null;
      tell("its guests cannot go on: " + e.text(), nowNanos);
      outlet.failed(e.text());
      return work;
    }
  }

  @Override
  public long idleNanos(long nowNanos) {
    return nowNanos - tryAgainNanos < 0 ? tryAgainNanos - nowNanos : PLACE_NANOS;
  }

  /// @return null while the topic has no stream
  private @Nullable PipelineRun open() throws GuestFailed, IOException {
    Map<String, byte[]> found = new HashMap<>();
    for (StateEntry entry : outlet.restored()) {
      found.put(entry.key(), entry.value());
    }
    byte[] place = found.get(Progress.PLACE);
    byte[] saved = found.get(Progress.SAVED);
    byte[] courses = found.get(Course.KEY);
    Progress progress;
    TopicReader opened;
    if (place == null || saved == null || courses == null) {
      opened =
          outlet.read(
              plan.from(),
              plan.start().isLatest() ? TopicPosition.NEWEST : TopicPosition.OLDEST,
              wake);
      isBeforeStart = plan.start().fromMs() > Long.MIN_VALUE;
      course = Course.UNKNOWN;
      progress = Progress.beginning(plan.chain(), 1, 0);
    } else {
      progress = Progress.decode(place, saved);
      course = Course.decode(courses);
      opened = outlet.read(plan.from(), course.at(progress.savedAt()), wake);
    }
    PipelineRun opening =
        PipelineRun.open(plan.chain(), progress, STATE_BYTES_MOST, counts::example);
    if (opening.progress().generation() != progress.generation() && place != null) {
      opened.seek(course.at(opening.next())); // another chain goes on where the old one was
    }
    inputs.clear();
    inputsTo = opening.next();
    placeAt = opening.progress().position();
    generation = opening.progress().generation();
    reader = opened;
    run = opening;
    Lookback lookback = opening.lookback();
    if (lookback != null) {
      lookBack(opening, opened, lookback);
    }
    return opening;
  }

  /// Shows the chain what the topic has before its place.
  private void lookBack(PipelineRun opening, TopicReader opened, Lookback lookback)
      throws GuestFailed, IOException {
    TopicPosition at = opened.position();
    if (at.offset() == 0) {
      return;
    }
    long last = lookback.last() > 0 ? lookback.last() : Long.MAX_VALUE;
    long from = Math.max(0, at.offset() - Math.min(last, LOOK_BACK_MOST));
    opened.seek(new TopicPosition(at.stream(), from));
    List<Input> earlier = new ArrayList<>();
    while (opened.position().stream() == at.stream() && opened.position().offset() < at.offset()) {
      Found next = opened.next();
      if (next == null) {
        break;
      }
      if (next instanceof Found.Stored stored) {
        earlier.add(new Input(stored.at().offset(), stored.record()));
      }
    }
    opened.seek(at);
    Duration age = lookback.age();
    if (age != null && !earlier.isEmpty()) {
      long newest = earlier.get(earlier.size() - 1).record().timestampMs();
      earlier.removeIf(input -> input.record().timestampMs() < newest - age.toMillis());
    }
    opening.lookBack(earlier);
  }

  private int read(PipelineRun running) throws IOException {
    TopicReader from = reader;
    if (from == null) {
      return 0;
    }
    long bytes = 0;
    int count = 0;
    while (inputs.size() < STEP_RECORDS && bytes < STEP_BYTES) {
      Found found = from.next();
      if (found == null) {
        break;
      }
      course = course.along(found, Math.max(inputsTo, running.next()));
      count++;
      switch (found) {
        case Found.Stored stored -> {
          long place = course.place(stored.at());
          Record record = stored.record();
          inputsTo = place + 1;
          isBeforeStart &= record.timestampMs() < plan.start().fromMs();
          if (!isBeforeStart && place >= running.next()) {
            inputs.add(new Input(place, record));
            bytes += length(record.key()) + length(record.value());
          }
        }
        case Found.Missing missing -> {
          inputsTo = course.place(missing.behind());
          counts.count(Counter.MISSED, missing.count());
          counts.example(
              missing.count()
                  + " records were gone before this pipeline had read them"
                  + (inputsTo <= running.progress().position()
                      ? ", for the second time, to make the state of its guests again: "
                      : ": ")
                  + missing.why());
        }
      }
    }
    ahead = from.ahead();
    return count;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private int step(PipelineRun running, long nowNanos) throws GuestFailed {
    if (inputsTo <= running.next()) {
      if (running.progress().position() > placeAt && nowNanos - placeNanos >= PLACE_NANOS) {
        place(running.progress(), nowNanos);
        return handOver();
      }
      show(running);
      return 0;
    }
    boolean repeats = running.next() < running.progress().position();
    Step step = running.step(List.copyOf(inputs), inputsTo);
    int taken = 0;
    while (taken < inputs.size() && inputs.get(taken).offset() < running.next()) {
      taken++;
    }
    if (!repeats) {
      counts.count(Counter.READ, taken);
    }
    List<Input> done = List.copyOf(inputs.subList(0, taken));
    inputs.subList(0, taken).clear();
    hand(step, done, nowNanos);
    Failure stop = step.stop();
    if (stop != null) {
      inputs.clear();
      inputsTo = running.next();
      if (reader != null) {
        reader.seek(course.at(running.next()));
      }
      tell(
          "stopped before offset %d: %s: %s"
              .formatted(stop.input().offset(), stop.letter().module(), stop.letter().text()),
          nowNanos);
    } else {
      trouble = null;
    }
    show(running);
    handOver();
    return 1;
  }

  private void tell(String what, long nowNanos) {
    trouble = what;
    counts.example(what);
    tryAgainNanos = nowNanos + STOPPED_NANOS;
  }

  private void show(PipelineRun running) {
    memoryBytes = running.memoryBytes();
    boolean repeats = running.next() < running.progress().position();
    summary =
        (repeats ? "reading again what its state was made of, to " : "at ")
            + running.progress().position();
  }

  /// What comes of one record.
  private static final class Part {
    private final List<Reading> readings = new ArrayList<>();
    private int dead;
    private long bytes;

    private void add(Reading reading) {
      readings.add(reading);
      bytes += sizeBytes(reading);
    }

    private void add(Part other) {
      readings.addAll(other.readings);
      dead += other.dead;
      bytes += other.bytes;
    }
  }

  /// Hands over what a step came to: all of it together, or, where that is too much, in as few parts as it takes.
  private void hand(Step step, List<Input> taken, long nowNanos) {
    TreeMap<Long, Part> byOrigin = new TreeMap<>();
    for (Output output : step.outputs()) {
      byOrigin.computeIfAbsent(output.origin(), none -> new Part()).add(reading(output));
    }
    for (Failure failure : step.failures()) {
      fail(failure, byOrigin);
    }
    int most = emitter.togetherBytesMost(outlet.classOf(plan.to().name()));
    for (Input input : taken) {
      Part part = byOrigin.get(input.offset());
      if (part != null && (part.bytes > most || isTooLarge(part)) && part.dead == 0) {
        byOrigin.remove(input.offset());
        fail(new Failure(input, tooLarge(part)), byOrigin);
      }
    }
    if (byOrigin.isEmpty() && !step.savesState()) {
      if (nowNanos - placeNanos >= PLACE_NANOS && step.progress().position() > placeAt) {
        place(step.progress(), nowNanos);
      }
      return;
    }
    Part together = new Part();
    for (Map.Entry<Long, Part> each : byOrigin.entrySet()) {
      if (!together.readings.isEmpty() && together.bytes + each.getValue().bytes > most) {
        handing.add(handing(together, step.upTo(each.getKey()), false));
        together = new Part();
      }
      together.add(each.getValue());
    }
    handing.add(handing(together, step.progress(), step.savesState()));
    placeAt = step.progress().position();
    placeNanos = nowNanos;
  }

  /// A record that a guest failed on, or whose outputs have no room.
  private void fail(Failure failure, Map<Long, Part> byOrigin) {
    counts.example(
        "offset %d: %s: %s"
            .formatted(
                failure.input().offset(), failure.letter().module(), failure.letter().text()));
    Part part = new Part();
    part.dead = 1;
    part.add(letter(failure.input(), failure.letter()));
    if (plan.chain().policy() == ErrorPolicy.SKIP || isTooLarge(part)) {
      counts.count(Counter.SKIPPED);
    } else {
      byOrigin.put(failure.input().offset(), part);
    }
  }

  private boolean isTooLarge(Part part) {
    return part.readings.stream()
        .anyMatch(reading -> sizeBytes(reading) > emitter.readingBytesMost());
  }

  private DeadLetter tooLarge(Part part) {
    return new DeadLetter(
        0,
        plan.chain().transforms().get(0).module().name(),
        GuestFailed.Reason.OUTPUT_SIZE,
        "of one record %d bytes come, in %d records; a reading has at most %d, and what is kept together %d"
            .formatted(
                part.bytes,
                part.readings.size(),
                emitter.readingBytesMost(),
                emitter.togetherBytesMost(outlet.classOf(plan.to().name()))));
  }

  private void place(Progress progress, long nowNanos) {
    handing.add(handing(new Part(), progress, false));
    placeAt = progress.position();
    placeNanos = nowNanos;
  }

  private Handing handing(Part part, Progress progress, boolean saves) {
    List<StateChange> changes = new ArrayList<>();
    changes.add(new StateChange(Progress.PLACE, progress.encodePlace()));
    if (saves || !hasSaved) {
      changes.add(new StateChange(Progress.SAVED, progress.encodeSaved()));
      changes.add(new StateChange(Course.KEY, course.from(progress.savedAt()).encode()));
      hasSaved = true;
    }
    return new Handing(
        part.readings,
        changes,
        part.readings.size() - part.dead,
        part.dead,
        course.at(progress.savedAt()));
  }

  private Reading reading(Output output) {
    Record record = output.record();
    return new Reading(
        plan.to().name(),
        record.timestampMs(),
        record.key(),
        record.value(),
        headers(record),
        List.of());
  }

  private Reading letter(Input input, DeadLetter why) {
    Record record = input.record();
    return DeadLetters.reading(
        plan.deadLetters(),
        plan.from(),
        course.at(input.offset()).offset(),
        record.timestampMs(),
        record.key(),
        record.value(),
        headers(record),
        why);
  }

  /// Without those that the edge gives anew; the adapter that the reading came from is its `origin`.
  private static List<Header> headers(Record record) {
    Predicate<Header> isOwn = header -> !ORIGIN.contains(header.key());
    List<Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      if (isOwn.test(header)) {
        headers.add(header);
      } else if (header.key().equals("source")) {
        headers.add(new Header("origin", header.value()));
      }
    }
    return headers;
  }

  private static long sizeBytes(Reading reading) {
    long bytes = READING_BYTES + length(reading.key()) + length(reading.value());
    for (Header header : reading.headers()) {
      bytes += 8 + header.key().length() * 3L + length(header.value());
    }
    return bytes;
  }

  private int handOver() {
    int done = 0;
    for (Handing next; (next = handing.peek()) != null; done++) {
      Handing each = next;
      Completion completion =
          new Completion() {
            @Override
            public void durable(long offset) {
              counts.count(Counter.WRITTEN, each.written());
              counts.count(Counter.DEAD_LETTERS, each.dead());
              settled(each);
            }

            @Override
            public void refused(Refused reason) {
              if (reason == Refused.QUOTA) {
                counts.count(
                    Counter.REFUSED, "the class of '" + plan.to().name() + "' has no room");
                settled(each);
              } else {
                underWay.decrementAndGet();
                outlet.failed("what it wrote was refused: " + reason);
              }
            }
          };
      underWay.incrementAndGet();
      boolean isTaken =
          each.readings().isEmpty()
              ? emitter.changeState(outlet.classOf(plan.to().name()), each.changes(), completion)
              : emitter.emitTogether(each.readings(), each.changes(), completion);
      if (!isTaken) {
        underWay.decrementAndGet();
        return done;
      }
      handing.remove();
    }
    return done;
  }

  private void settled(Handing each) {
    durable = each.done();
    underWay.decrementAndGet();
    wake.run();
  }

  /// A turn may have a batch that a guest fails on again and again.
  @Override
  public long turnNanosMost() {
    return TURN_NANOS_MOST;
  }

  /// Saves the state, so that nothing needs to be read again.
  @Override
  public void onClose() {
    PipelineRun ending = run;
    if (ending != null && handing.isEmpty()) {
      try {
        Step last = ending.save();
        if (last != null) {
          handing.add(handing(new Part(), last.progress(), true));
          handOver();
        }
      } catch (GuestFailed e) {
        counts.example(e.text()); // then it is read again
      }
    }
    TopicReader open = reader;
    if (open != null) {
      open.close();
    }
  }

  Shown shown() {
    Map<String, Long> counters = new LinkedHashMap<>(counts.shown());
    counters.put("lag", ahead);
    counters.put("generation", generation);
    counters.put("guestMemoryBytes", memoryBytes);
    String wrong = trouble;
    return new Shown(
        wrong == null,
        wrong == null
            ? "%s ─▶ %s, %s, %d behind".formatted(plan.from(), plan.to().name(), summary, ahead)
            : wrong,
        counters,
        counts.lastError());
  }
}
