package io.tributary.device.gpio;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.command.Command;
import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.command.Commands;
import io.tributary.adapter.command.Executor;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.agent.Agent;
import io.tributary.device.bus.Pins;
import io.tributary.device.gpio.GpioSettings.InputSettings;
import io.tributary.device.gpio.GpioSettings.OutputSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Has the pins, and tells each state of an input when it has them and each change afterwards.
final class PinAgent implements Agent, Executor {
  /// How long pins that are not to be had are left alone.
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// How long a turn waits for a change; in it nobody looks for commands.
  private static final int TURN_MS = 50;

  private static final long NANOS = 1_000_000_000L;

  private final String name;
  private final GpioSettings settings;
  private final Feed feed;
  private final @Nullable Commands commands;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Map<Integer, InputSettings> inputs = new HashMap<>();
  private final Map<String, OutputSettings> outputs = new LinkedHashMap<>();
  private final Map<InputSettings, Long> againNanos = new LinkedHashMap<>();

  /// What the outputs were set to, so that they are set to it again when the pins were away.
  private final Map<String, Boolean> asSet = new HashMap<>();

  private @Nullable Pins pins;
  private long nextOpenNanos = System.nanoTime();
  private boolean isToldAway;
  private volatile boolean isOpen;
  private volatile String state = "asking for its pins";

  PinAgent(String name, GpioSettings settings, Outlet outlet) {
    this.name = name;
    this.settings = settings;
    Emitter emitter = outlet.open(name, () -> {});
    this.feed = new Feed(settings.envelope(), name, emitter);
    CommandSettings of = settings.commands();
    this.commands =
        of == null ? null : new Commands(of, settings.envelope(), name, outlet, emitter, () -> {});
    settings.inputs().forEach(each -> inputs.put(each.pin().pin(), each));
    settings.outputs().forEach(each -> outputs.put(each.name(), each));
  }

  @Override
  public String name() {
    return "gpio-" + name;
  }

  @Override
  public int doWork(long nowNanos) {
    int done = feed.flush();
    if (commands != null) {
      done += commands.work(System.currentTimeMillis(), this);
    }
    Pins open = pins;
    if (open == null) {
      return done + open(nowNanos);
    }
    try {
      tellAgain(open, nowNanos);
      if (!inputs.isEmpty()) {
        open.edges(done > 0 ? 0 : TURN_MS).forEach(this::tell);
        done++; // the next turn begins at once: it waits for the kernel, not in its runner
      }
    } catch (IOException e) {
      away(e, nowNanos);
    }
    return done;
  }

  private int open(long nowNanos) {
    if (nowNanos - nextOpenNanos < 0) {
      return 0;
    }
    try {
      Pins open =
          Pins.open(
              settings.chip(),
              "tributary-" + name,
              settings.inputs().stream().map(InputSettings::pin).toList(),
              settings.outputs().stream().map(this::asLastSet).toList());
      pins = open;
      counts.count(Counter.OPENED);
      isOpen = true;
      isToldAway = false;
      state = "watching %d inputs, driving %d outputs".formatted(inputs.size(), outputs.size());
      for (InputSettings each : settings.inputs()) {
        tellState(open, each, nowNanos);
      }
    } catch (IOException e) {
      counts.count(Counter.OPENS_FAILED);
      away(e, nowNanos);
    }
    return 1;
  }

  private Pins.Output asLastSet(OutputSettings output) {
    Pins.Output pin = output.pin();
    return new Pins.Output(
        pin.pin(), pin.isActiveLow(), asSet.getOrDefault(output.name(), pin.isActive()));
  }

  private void away(IOException why, long nowNanos) {
    close();
    state = String.valueOf(why.getMessage());
    counts.example(state);
    nextOpenNanos = nowNanos + AGAIN_NANOS;
    if (!isToldAway) {
      isToldAway = true; // once: a pin has no interval in which somebody would wait for it
      inputs.values().forEach(each -> put(Measurement.error(each.name(), state)));
    }
  }

  private void tellAgain(Pins open, long nowNanos) throws IOException {
    for (Map.Entry<InputSettings, Long> each : againNanos.entrySet()) {
      if (nowNanos - each.getValue() >= 0) {
        tellState(open, each.getKey(), nowNanos);
      }
    }
  }

  private void tellState(Pins open, InputSettings input, long nowNanos) throws IOException {
    put(Measurement.good(input.name(), open.isActive(input.pin().pin())));
    if (input.again() != null) {
      againNanos.put(input, nowNanos + input.again().toNanos());
    }
  }

  private void tell(Pins.Edge edge) {
    if (edge.lost() > 0) {
      counts.count(Counter.LOST, edge.lost());
      String lost =
          edge.lost() + " changes were lost before this place: the kernel had no room to keep them";
      counts.example(lost);
      put(Measurement.error("changes", lost));
    }
    counts.count(Counter.EDGES);
    InputSettings input = inputs.get(edge.pin());
    if (input == null || !input.wants(edge.isActive())) {
      counts.count(Counter.NOT_ASKED_FOR);
      return;
    }
    put(
        Measurement.good(input.name(), edge.isActive())
            .at(Instant.ofEpochSecond(edge.timeNanos() / NANOS, edge.timeNanos() % NANOS)));
  }

  private void put(Measurement measurement) {
    byte[] raw =
        measurement.value() instanceof Boolean is
            ? new byte[] {(byte) (is ? '1' : '0')}
            : new byte[0];
    var unused =
        feed.put(
            measurement.from(name + "/" + measurement.source()).of(raw),
            System.currentTimeMillis());
  }

  /// Sets an output.
  @Override
  public void execute(Command command, Done done) {
    OutputSettings output = outputs.get(command.target());
    Pins open = pins;
    if (output == null) {
      done.done(
          "no output has that name; there are "
              + outputs.keySet().stream().sorted().collect(Collectors.joining(", ")));
    } else if (!(command.value() instanceof Boolean active)) {
      done.done("'" + command.value() + "' is neither true nor false");
    } else if (open == null) {
      done.done(state);
    } else {
      done.done(set(open, output, active));
    }
  }

  private @Nullable String set(Pins open, OutputSettings output, boolean active) {
    try {
      open.set(output.pin().pin(), active);
      asSet.put(output.name(), active);
      counts.count(Counter.SET);
      return null;
    } catch (IOException e) {
      away(e, System.nanoTime());
      return state;
    }
  }

  @Override
  public long idleNanos(long nowNanos) {
    return pins == null
        ? Math.max(0, Math.min(nextOpenNanos - nowNanos, TimeUnit.MILLISECONDS.toNanos(TURN_MS)))
        : TimeUnit.MILLISECONDS.toNanos(TURN_MS);
  }

  @Override
  public void onClose() {
    close();
  }

  /// After the thread has ended, or on it.
  void close() {
    Pins open = pins;
    if (open != null) {
      open.close();
      pins = null;
    }
    isOpen = false;
  }

  /// Any thread, as those below.
  boolean isOpen() {
    return isOpen;
  }

  String summary() {
    return state;
  }

  Map<String, Long> shownCounts() {
    Map<String, Long> all = new LinkedHashMap<>(counts.shown());
    all.putAll(feed.counts().shown());
    if (commands != null) {
      all.putAll(commands.counts().shown());
    }
    return all;
  }

  @Nullable String lastError() {
    String own = counts.lastError();
    String ofCommands = commands == null ? null : commands.counts().lastError();
    if (own == null) {
      own = ofCommands;
    }
    return own == null ? feed.counts().lastError() : own;
  }
}
