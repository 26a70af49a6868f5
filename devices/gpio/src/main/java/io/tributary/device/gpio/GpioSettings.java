package io.tributary.device.gpio;

import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.SourceNames;
import io.tributary.device.bus.BusAddress;
import io.tributary.device.bus.Pins;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for the pins of one chip.
///
/// @param chip as {@link Pins#open} takes it
/// @param commands null: no output is set after the start
record GpioSettings(
    String chip,
    Envelope envelope,
    List<InputSettings> inputs,
    List<OutputSettings> outputs,
    @Nullable CommandSettings commands) {
  /// Which changes become readings.
  enum Edges {
    BOTH,
    /// To active.
    RISING,
    /// To inactive.
    FALLING
  }

  /// @param again how often its state is told though it does not change; null: never
  record InputSettings(String name, Pins.Input pin, Edges edges, @Nullable Duration again) {
    boolean wants(boolean active) {
      return edges == Edges.BOTH || active == (edges == Edges.RISING);
    }
  }

  record OutputSettings(String name, Pins.Output pin) {}

  private static final int PIN_MOST = 1023;
  private static final int PINS_MOST = 64;
  private static final Duration DEBOUNCE_MOST = Duration.ofMinutes(1);

  static GpioSettings read(Section section) {
    SourceNames names = new SourceNames();
    Set<Integer> pins = new HashSet<>();
    List<InputSettings> inputs = new ArrayList<>();
    for (Section each : section.sections("inputs")) {
      inputs.add(input(each, names.read(each), pin(each, pins)));
    }
    List<OutputSettings> outputs = new ArrayList<>();
    for (Section each : section.sections("outputs")) {
      outputs.add(
          new OutputSettings(
              names.read(each),
              new Pins.Output(
                  pin(each, pins), each.bool("active-low", false), each.bool("initial", false))));
    }
    if (inputs.isEmpty() && outputs.isEmpty()) {
      section.refuse(
          "inputs",
          "is empty, and so is outputs; they must say which pins, such as [{pin: 17, name: door}]");
    }
    if (inputs.size() > PINS_MOST || outputs.size() > PINS_MOST) {
      section.refuse(
          "inputs", "are, or outputs are, more than " + PINS_MOST + "; make it two adapters");
    }
    CommandSettings commands = CommandSettings.read(section);
    if (commands != null && outputs.isEmpty()) {
      section.refuse("commands", "has no use without outputs");
    }
    return new GpioSettings(
        BusAddress.of(section.string("chip", ""), path -> section.resolve("chip", path)),
        Envelope.read(section),
        inputs,
        outputs,
        commands);
  }

  private static InputSettings input(Section section, String name, int pin) {
    Duration debounce = section.duration("debounce", Duration.ZERO, Duration.ZERO, DEBOUNCE_MOST);
    Pins.Input input =
        new Pins.Input(
            pin,
            section.oneOf("pull", Pins.Pull.class, Pins.Pull.AS_IS),
            section.bool("active-low", false),
            Math.toIntExact(debounce.toNanos() / 1000));
    Duration again =
        section.has("interval")
            ? section.duration(
                "interval", Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofDays(1))
            : null;
    return new InputSettings(name, input, section.oneOf("edges", Edges.class, Edges.BOTH), again);
  }

  private static int pin(Section section, Set<Integer> pins) {
    if (!section.has("pin")) {
      section.refuse("pin", "is missing; it must be a whole number from 0 to " + PIN_MOST);
      return 0;
    }
    int pin = section.integer("pin", 0, 0, PIN_MOST);
    if (!pins.add(pin)) {
      section.refuse("pin", "is " + pin + ", which another one has");
    }
    return pin;
  }
}
