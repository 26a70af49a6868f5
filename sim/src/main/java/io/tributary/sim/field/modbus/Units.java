package io.tributary.sim.field.modbus;

import java.util.SortedSet;
import java.util.TreeSet;

/// Unit ids as a person writes them: `1-32`, `3,7`, `1-4,9`.
final class Units {
  private static final int MOST = 255;

  private Units() {}

  /// @throws IllegalArgumentException when it is none of these
  static SortedSet<Integer> of(String text) {
    SortedSet<Integer> units = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      try {
        int from = Integer.parseInt(ends[0]);
        int to = Integer.parseInt(ends[ends.length - 1]);
        if (ends.length > 2 || from > to || to > MOST) {
          throw new NumberFormatException(part);
        }
        for (int unit = from; unit <= to; unit++) {
          units.add(unit);
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'" + text + "' are no unit ids; say for instance 1-32 or 3,7", e);
      }
    }
    return units;
  }
}
