package io.tributary.device.bus;

import java.io.IOException;
import java.util.List;

/// The pins of one chip that an adapter has asked for. One thread.
public interface Pins extends AutoCloseable {
  /// Asks for pins, and has them until it is closed.
  ///
  /// @param chip a number, a path, the label of a chip, or `simulated:PATH`; empty: the pins of the board's header
  /// @param consumer who has them, as `gpioinfo` shows it
  /// @throws IOException when they are not there, or somebody else has one: its message says what to do
  static Pins open(String chip, String consumer, List<Input> inputs, List<Output> outputs)
      throws IOException {
    String socket = SimulatedLink.socket(chip);
    return socket == null
        ? KernelPins.open(chip, consumer, inputs, outputs)
        : new SimulatedPins(SimulatedLink.connect(socket), inputs, outputs);
  }

  /// Whether a pin is active at this moment.
  ///
  /// @param pin one of the inputs
  boolean isActive(int pin) throws IOException;

  /// Waits for changes, and answers them in their order.
  ///
  /// @param waitMs at most; 0: not at all
  List<Edge> edges(int waitMs) throws IOException;

  /// Sets an output.
  void set(int pin, boolean active) throws IOException;

  @Override
  void close();

  /// What pulls a pin that nobody drives.
  enum Pull {
    /// As the board has it.
    AS_IS,
    UP,
    DOWN,
    OFF
  }

  /// A pin that is watched.
  ///
  /// @param pin its number on the chip; on a Raspberry Pi the number after GPIO
  /// @param isActiveLow whether it is active when there is no voltage
  /// @param debounceMicros how long a level must last before it is believed; 0: at once
  record Input(int pin, Pull pull, boolean isActiveLow, int debounceMicros) {}

  /// A pin that is driven.
  ///
  /// @param isActive what it is set to when it is asked for
  record Output(int pin, boolean isActiveLow, boolean isActive) {}

  /// A change of an input.
  ///
  /// @param isActive what it changed to
  /// @param timeNanos when, as the kernel's interrupt saw it: since 1970, in UTC
  /// @param lost changes of any input between the one before and this, which the kernel had no room to keep
  record Edge(int pin, boolean isActive, long timeNanos, int lost) {}
}
