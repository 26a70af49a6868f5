package io.tributary.sim.field.modbus.lines;

import java.util.LinkedHashSet;
import java.util.Set;

/// The devices of a line, by number from 1, and which of them are dead: spread over the line, so that living ones stand between them.
///
/// @param adapter the name of the edge's section, and of its topic
/// @param devices 2 to 247 on a serial line, to 1,000 by TCP
/// @param intervalMs from one poll of a device to the next
record Population(String adapter, int devices, int intervalMs) {
  private static final int DEAD_PERCENT = 10;

  /// The dead: a tenth, rounded, and at least one.
  Set<Integer> dead() {
    int count = Math.max(1, (devices * DEAD_PERCENT + 50) / 100);
    Set<Integer> dead = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      dead.add(1 + (2 * i + 1) * devices / (2 * count));
    }
    return dead;
  }

  int living() {
    return devices - dead().size();
  }

  static String device(int number) {
    return "d" + number;
  }

  /// The source of a device's only point.
  String source(int number) {
    return adapter + "/" + device(number) + "/count";
  }
}
