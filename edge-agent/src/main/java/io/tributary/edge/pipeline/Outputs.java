package io.tributary.edge.pipeline;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.TopicPosition;
import io.tributary.record.Header;
import io.tributary.record.Record;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.PipelineRun.Failure;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Output;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What a pipeline hands over: what came of a step, dead letters among it, together with its place. All of it becomes durable at
/// once, or, where that is too much, in as few parts as it takes, each with its own place.
final class Outputs {
  private static final int UNDER_WAY_MOST = 8;

  /// What a reading takes beside its key, value and headers.
  private static final long READING_BYTES = 256;

  /// The edge gives these anew.
  private static final Set<String> ORIGIN = Set.of("edge", "source", "clock");

  private final String pipeline;
  private final PipelinePlan plan;
  private final Outlet outlet;
  private final Emitter emitter;
  private final Runnable wake;
  private final Source source;
  private final Counts<Counter> counts;

  private final Deque<Handing> handing = new ArrayDeque<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicReference<@Nullable TopicPosition> durable = new AtomicReference<>();

  /// Whether the state on disk is another generation's, whatever the place.
  private boolean mustSave;

  /// What is durable at once.
  ///
  /// @param done what lies before it is not needed any more then
  /// @param reply of an order that is carried out with it
  private record Handing(
      List<Reading> readings,
      List<StateChange> changes,
      long written,
      long dead,
      @Nullable TopicPosition done,
      @Nullable CompletableFuture<Void> reply) {}

  Outputs(
      String pipeline,
      PipelinePlan plan,
      Outlet outlet,
      Runnable wake,
      Source source,
      Counts<Counter> counts) {
    this.pipeline = pipeline;
    this.plan = plan;
    this.outlet = outlet;
    this.emitter = outlet.open(pipeline, wake);
    this.wake = wake;
    this.source = source;
    this.counts = counts;
  }

  /// Whether there is room for another step.
  boolean hasRoom() {
    return handing.isEmpty() && underWay.get() < UNDER_WAY_MOST;
  }

  boolean isEmpty() {
    return handing.isEmpty();
  }

  /// Whether all that was handed over is durable.
  boolean isSettled() {
    return handing.isEmpty() && underWay.get() == 0;
  }

  /// Before which position nothing is needed any more, if that has become more since it was asked last.
  @Nullable TopicPosition done() {
    return durable.getAndSet(null);
  }

  /// What has been ordered, with a place where it changes it.
  ///
  /// @param progress of a new generation; null: as it is
  /// @return completes when it is durable
  CompletableFuture<Void> order(Control control, @Nullable Progress progress) {
    List<StateChange> changes = new ArrayList<>();
    changes.add(new StateChange(Control.KEY, control.encode()));
    if (progress != null) {
      changes.addAll(state(progress));
    }
    CompletableFuture<Void> reply = new CompletableFuture<>();
    TopicPosition done = progress == null ? null : source.at(progress.savedAt());
    handing.add(new Handing(List.of(), changes, 0, 0, done, reply));
    return reply;
  }

  /// Another chain has begun a generation: what is handed over next has its state.
  void savesNext() {
    mustSave = true;
  }

  /// A place that has moved without outputs, or whose state is saved.
  void place(Progress progress, boolean saves) {
    handing.add(handing(new Part(), progress, saves));
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

  /// What a step came to.
  ///
  /// @param taken the records that it was given
  /// @return false when nothing came of it but a place
  boolean hand(Step step, List<Input> taken) {
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
        fail(new Failure(input, tooLarge(part, most)), byOrigin);
      }
    }
    if (byOrigin.isEmpty() && !step.savesState()) {
      return false;
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
    return true;
  }

  private Handing handing(Part part, Progress progress, boolean saves) {
    List<StateChange> changes =
        saves || mustSave
            ? state(progress)
            : List.of(new StateChange(Progress.PLACE, progress.encodePlace()));
    return new Handing(
        part.readings,
        changes,
        part.readings.size() - part.dead,
        part.dead,
        source.at(progress.savedAt()),
        null);
  }

  private List<StateChange> state(Progress progress) {
    mustSave = false;
    return List.of(
        new StateChange(Progress.PLACE, progress.encodePlace()),
        new StateChange(Progress.SAVED, progress.encodeSaved()),
        new StateChange(Course.KEY, source.course(progress.savedAt())));
  }

  /// A record that a guest failed on, or whose outputs have no room.
  private void fail(Failure failure, Map<Long, Part> byOrigin) {
    counts.example(
        "offset %d: %s: %s"
            .formatted(
                failure.input().offset(), failure.letter().module(), failure.letter().text()));
    Reading letter = plan.chain().policy() == ErrorPolicy.SKIP ? null : letter(failure);
    if (letter == null) {
      counts.count(Counter.SKIPPED);
      return;
    }
    Part part = new Part();
    part.dead = 1;
    part.add(letter);
    byOrigin.put(failure.input().offset(), part);
  }

  /// The first that has room of what a dead letter may be; the headers alone have.
  private @Nullable Reading letter(Failure failure) {
    Record record = failure.input().record();
    Record own = new Record(record.timestampMs(), record.key(), record.value(), headers(record));
    DeadLetter.Place place =
        new DeadLetter.Place(
            pipeline, plan.from(), -1, source.at(failure.input().offset()).offset());
    return failure.letter().letters(own, place).stream()
        .map(each -> reading(plan.deadLetters(), each, each.headers()))
        .filter(each -> sizeBytes(each) <= emitter.readingBytesMost())
        .findFirst()
        .orElse(null);
  }

  private boolean isTooLarge(Part part) {
    return part.readings.stream()
        .anyMatch(reading -> sizeBytes(reading) > emitter.readingBytesMost());
  }

  private DeadLetter tooLarge(Part part, int most) {
    return new DeadLetter(
        0,
        plan.chain().transforms().get(0).module().name(),
        GuestFailed.Reason.OUTPUT_SIZE,
        "of one record %d bytes come, in %d records; a reading has at most %d, and what is kept together %d"
            .formatted(part.bytes, part.readings.size(), emitter.readingBytesMost(), most));
  }

  private Reading reading(Output output) {
    return reading(plan.to().name(), output.record(), headers(output.record()));
  }

  private static Reading reading(String topic, Record record, List<Header> headers) {
    return new Reading(
        topic, record.timestampMs(), record.key(), record.value(), headers, List.of());
  }

  /// Without those that the edge gives anew; the adapter that the reading came from is its `origin`.
  private static List<Header> headers(Record record) {
    List<Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      if (!ORIGIN.contains(header.key())) {
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

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /// Gives the journal what is due, as far as it has room.
  int handOver() {
    int done = 0;
    for (Handing next; (next = handing.peek()) != null; done++) {
      underWay.incrementAndGet();
      if (!isTaken(next)) {
        underWay.decrementAndGet();
        return done;
      }
      handing.remove();
    }
    return done;
  }

  private boolean isTaken(Handing next) {
    Completion completion =
        new Completion() {
          @Override
          public void durable(long offset) {
            counts.count(Counter.WRITTEN, next.written());
            counts.count(Counter.DEAD_LETTERS, next.dead());
            settled(next);
          }

          @Override
          public void refused(Refused reason) {
            if (reason == Refused.QUOTA) {
              counts.count(Counter.REFUSED, "the class of '" + plan.to().name() + "' has no room");
              settled(next);
            } else {
              underWay.decrementAndGet();
              refuse(next, "it was refused: " + reason);
              outlet.failed("what it wrote was refused: " + reason);
            }
          }
        };
    return next.readings().isEmpty()
        ? emitter.changeState(outlet.classOf(plan.to().name()), next.changes(), completion)
        : emitter.emitTogether(next.readings(), next.changes(), completion);
  }

  /// Nothing more is handed over.
  void close() {
    handing.forEach(next -> refuse(next, "the pipeline has ended before; try again"));
  }

  private static void refuse(Handing next, String why) {
    if (next.reply() != null) {
      next.reply().completeExceptionally(new OrderRefused(why));
    }
  }

  /// On a journal's thread.
  private void settled(Handing each) {
    if (each.done() != null) {
      durable.set(each.done());
    }
    if (each.reply() != null) {
      each.reply().complete(null);
    }
    underWay.decrementAndGet();
    wake.run();
  }
}
