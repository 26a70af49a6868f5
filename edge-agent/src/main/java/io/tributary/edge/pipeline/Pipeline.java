package io.tributary.edge.pipeline;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.agent.Agent;
import io.tributary.agent.Rate;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Failure;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import io.tributary.smartmodule.StartAt;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads a topic, sends it through the chain, and hands over what comes of it together with its place, a step at a time.
final class Pipeline implements Agent {
  /// How long a place that has moved without outputs is kept in memory alone: what lies before it would be read again, and
  /// nothing would come of it again.
  private static final long PLACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// How long a pipeline that has stopped before a record waits until it tries it again.
  private static final long STOPPED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// Of a saved state, in one entry of the journal.
  private static final int STATE_BYTES_MOST = Emitter.STATE_CHANGES_BYTES - (64 << 10);

  private static final long TURN_NANOS_MOST = TimeUnit.SECONDS.toNanos(60);

  private static final int ORDERS_MOST = 16;

  private final String name;
  private final PipelinePlan plan;
  private final Outlet outlet;
  private final Runnable wake;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Rate reads = new Rate(System.nanoTime());
  private final Rate writes = new Rate(System.nanoTime());
  private final BlockingQueue<Ordered> orders = new ArrayBlockingQueue<>(ORDERS_MOST);
  private final Source source;
  private final Outputs outputs;

  /// Where the next run begins; null before anything was read of what is on disk.
  private @Nullable Progress from;

  private @Nullable PipelineRun run;

  private long placeAt;
  private long placeNanos = System.nanoTime();
  private long tryAgainNanos = placeNanos;

  private volatile Control control = new Control(false, Control.NO_TIME);
  private volatile @Nullable String trouble;
  private volatile String summary = "starts";
  private volatile long memoryBytes;
  private volatile long generation;

  private record Ordered(PipelineOrder order, CompletableFuture<String> reply) {}

  /// @param lastError may be null
  record Shown(
      boolean isHealthy, String summary, Map<String, Long> counters, @Nullable String lastError) {}

  Pipeline(String name, PipelinePlan plan, Outlet outlet, Runnable wake) {
    this.name = name;
    this.plan = plan;
    this.outlet = outlet;
    this.wake = wake;
    this.source = new Source(plan.from(), outlet, wake, counts);
    this.outputs = new Outputs(name, plan, outlet, wake, source, counts);
  }

  @Override
  public String name() {
    return "pipeline-" + name;
  }

  /// Gives an order. Any thread.
  ///
  /// @return completes with a sentence when it is durable; fails with an {@link OrderRefused}
  CompletableFuture<String> order(PipelineOrder order) {
    CompletableFuture<String> reply = new CompletableFuture<>();
    if (!orders.offer(new Ordered(order, reply))) {
      reply.completeExceptionally(new OrderRefused("too many orders wait already: try again"));
    }
    wake.run();
    return reply;
  }

  @Override
  public int doWork(long nowNanos) throws IOException {
    if (from == null) {
      restore();
    }
    int work = carryOutOrders(nowNanos) + outputs.handOver();
    TopicPosition done = outputs.done();
    if (done != null) {
      source.done(done);
    }
    if (control.isPaused() || nowNanos - tryAgainNanos < 0 || !outputs.hasRoom()) {
      return work;
    }
    try {
      return work + (control.looksForTime() ? find() : goOn(nowNanos));
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

  /// Goes on where it was, or begins where its configuration says.
  private void restore() throws IOException {
    Map<String, byte[]> found = new HashMap<>();
    for (StateEntry entry : outlet.restored()) {
      found.put(entry.key(), entry.value());
    }
    control = Control.decode(found.get(Control.KEY));
    byte[] place = found.get(Progress.PLACE);
    byte[] saved = found.get(Progress.SAVED);
    byte[] course = found.get(Course.KEY);
    if (place == null || saved == null || course == null) {
      var unused = begin(plan.start(), 1);
    } else {
      Progress progress = Progress.decode(place, saved);
      source.open(Course.decode(course), progress.savedAt());
      from = progress;
      generation = progress.generation();
    }
  }

  // What is ordered.

  private int carryOutOrders(long nowNanos) {
    int count = 0;
    for (Ordered one; (one = orders.poll()) != null; count++) {
      CompletableFuture<String> reply = one.reply();
      switch (one.order()) {
        case PipelineOrder.Pause pause -> answer(reply, "paused", pause(true));
        case PipelineOrder.Resume resume -> answer(reply, "resumed", pause(false));
        case PipelineOrder.Reset(StartAt to) ->
            answer(reply, "begins anew", begin(to, generation + 1));
      }
      tryAgainNanos = nowNanos;
    }
    return count;
  }

  private void answer(
      CompletableFuture<String> reply, String words, CompletableFuture<Void> durable) {
    var unused =
        durable.whenComplete((none, refused) -> {
          if (refused == null) {
            reply.complete("the pipeline " + name + ' ' + words);
          } else {
            reply.completeExceptionally(refused);
          }
        });
  }

  private CompletableFuture<Void> pause(boolean isPaused) {
    control = control.paused(isPaused);
    return outputs.order(control, null);
  }

  /// Begins as a new generation. The place where it does is durable before anything comes of it, so that it is the same one after a
  /// restart.
  private CompletableFuture<Void> begin(StartAt start, long newGeneration) {
    Progress beginning = Progress.beginning(plan.chain(), newGeneration, 0);
    source.begin(start);
    control = control.lookingFor(start instanceof StartAt.Time(long atMs) ? atMs : Control.NO_TIME);
    from = beginning;
    run = null;
    trouble = null;
    generation = newGeneration;
    return outputs.order(control, beginning);
  }

  // The way of records.

  private int find() throws IOException {
    if (!outputs.isSettled()) {
      return 0; // what is too old is let go, so it must be durable that nobody wants it
    }
    Source.Search search = source.find(control.looksForMs());
    if (search == Source.Search.FOUND) {
      control = control.lookingFor(Control.NO_TIME);
      var unused = outputs.order(control, from);
    }
    return search == Source.Search.NOTHING_MORE ? 0 : 1;
  }

  private int goOn(long nowNanos) throws GuestFailed, IOException {
    PipelineRun running = run == null ? open() : run;
    int read = source.read(running);
    return read + step(running, nowNanos);
  }

  private PipelineRun open() throws GuestFailed, IOException {
    Progress found = Objects.requireNonNull(from, "restored");
    PipelineRun opening = PipelineRun.open(plan.chain(), found, STATE_BYTES_MOST, counts::example);
    if (opening.progress().generation() != found.generation()) {
      source.seek(opening.next()); // another chain goes on where the old one was
      outputs.savesNext();
    }
    placeAt = opening.progress().position();
    generation = opening.progress().generation();
    Lookback lookback = opening.lookback();
    if (lookback != null) {
      source.lookBack(opening, lookback);
    }
    run = opening;
    return opening;
  }

  private int step(PipelineRun running, long nowNanos) throws GuestFailed {
    if (source.inputsTo() <= running.next()) {
      int work = tellPlace(running.progress(), nowNanos);
      show(running);
      return work;
    }
    boolean repeats = running.next() < running.progress().position();
    List<Input> inputs = source.inputs();
    Step step = running.step(inputs, source.inputsTo());
    int taken = source.take(running.next());
    if (!repeats) {
      counts.count(Counter.READ, taken);
    }
    if (outputs.hand(step, inputs.subList(0, taken))) {
      placeAt = step.progress().position();
      placeNanos = nowNanos;
    } else {
      tellPlace(step.progress(), nowNanos);
    }
    Failure stop = step.stop();
    if (stop != null) {
      source.seek(running.next());
      tell(
          "stopped before offset %d: %s: %s"
              .formatted(stop.input().offset(), stop.letter().module(), stop.letter().text()),
          nowNanos);
    } else {
      trouble = null;
    }
    show(running);
    outputs.handOver();
    return 1;
  }

  /// Hands over a place that has moved without outputs, not too often.
  private int tellPlace(Progress progress, long nowNanos) {
    if (progress.position() <= placeAt || nowNanos - placeNanos < PLACE_NANOS) {
      return 0;
    }
    outputs.place(progress, false);
    placeAt = progress.position();
    placeNanos = nowNanos;
    return outputs.handOver();
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

  /// A turn may have a batch that a guest fails on again and again.
  @Override
  public long turnNanosMost() {
    return TURN_NANOS_MOST;
  }

  /// Saves the state, so that nothing needs to be read again.
  @Override
  public void onClose() {
    PipelineRun ending = run;
    if (ending != null && outputs.isEmpty()) {
      try {
        Step last = ending.save();
        if (last != null) {
          outputs.place(last.progress(), true);
          outputs.handOver();
        }
      } catch (GuestFailed e) {
        counts.example(e.text()); // then it is read again
      }
    }
    outputs.close();
    for (Ordered one; (one = orders.poll()) != null; ) {
      one.reply().completeExceptionally(new OrderRefused("the pipeline has ended; try again"));
    }
    source.close();
  }

  Shown shown() {
    Map<String, Long> counters = new LinkedHashMap<>(counts.shown());
    long nowNanos = System.nanoTime();
    counters.put("readPerSecond", reads.perSecond(counters.getOrDefault("read", 0L), nowNanos));
    counters.put(
        "writtenPerSecond", writes.perSecond(counters.getOrDefault("written", 0L), nowNanos));
    counters.put("lag", source.ahead());
    counters.put("generation", generation);
    counters.put("guestMemoryBytes", memoryBytes);
    Control now = control;
    String wrong = now.isPaused() ? null : trouble;
    String state =
        (now.isPaused() ? "paused, " : "")
            + (now.looksForTime()
                ? "looking for a reading of " + Instant.ofEpochMilli(now.looksForMs()) + " or later"
                : summary);
    return new Shown(
        wrong == null,
        wrong == null
            ? "%s ─▶ %s, %s, %d behind"
                .formatted(plan.from(), plan.to().name(), state, source.ahead())
            : wrong,
        counters,
        counts.lastError());
  }
}
