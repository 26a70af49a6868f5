package io.tributary.sim.field.modbus.lines;

import java.util.function.IntFunction;

/// The sections of the edge for the lines, with the time-outs that somebody sets who knows the devices to answer in a few milliseconds.
final class LinePlan {
  private static final int TIMEOUT_MS = 200;

  /// Start, eight data, parity or a second stop, stop.
  private static final int BITS_A_CHARACTER = 11;

  /// What the standard wants between two frames from 19,200 baud on (Modbus over serial line 1.02, section 2.5.1.1), and 3.5 characters below.
  private static final double GAP_MS = 1.75;

  private static final int FAST_BAUD = 19_200;

  private LinePlan() {}

  /// How much of an interval the polls of the living take on a serial line, by the bits alone: the devices' own time comes to it.
  ///
  /// @return 1 is all of it
  static double load(Population population, int baud) {
    double characterMs = 1000.0 * BITS_A_CHARACTER / baud;
    double gapMs = baud < FAST_BAUD ? 3.5 * characterMs : GAP_MS;
    double pollMs = CountingSlave.CHARACTERS * characterMs + 2 * gapMs;
    return population.living() * pollMs / population.intervalMs();
  }

  /// @param place the key that says where the devices are: the port with what belongs to it, or empty
  /// @param address of a device, by its number; empty where all share a line
  /// @param unit of a device, by its number
  static String yaml(
      Population population, String place, IntFunction<String> address, IntFunction<Integer> unit) {
    StringBuilder yaml =
        new StringBuilder(
            """
              %1$s:
                type: modbus
                %2$s
                topic: %1$s
                timeout: %3$dms
                devices:
            """
                .formatted(population.adapter(), place.replace(", ", "\n    "), TIMEOUT_MS));
    for (int number = 1; number <= population.devices(); number++) {
      String own = address.apply(number);
      yaml.append(
          """
                - name: %s
                  unit-id: %d
                  interval: %dms
          %s        registers-most: %d
                  gap: %d
                  points:
                    - {name: count, address: 0, type: uint32}
                    - {name: last, address: %d, deadband: 1}
          """
              .formatted(
                  Population.device(number),
                  unit.apply(number),
                  population.intervalMs(),
                  own.isEmpty() ? "" : "        address: \"" + own + "\"\n",
                  CountingSlave.REGISTERS,
                  CountingSlave.REGISTERS,
                  CountingSlave.REGISTERS - 1));
    }
    return yaml.toString();
  }
}
