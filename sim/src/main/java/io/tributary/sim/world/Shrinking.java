package io.tributary.sim.world;

import java.util.ArrayList;
import java.util.List;

/// Leaves out of a violating story what it does not need, by delta debugging: first large parts of its mishaps, then
/// smaller ones, until no single one can go.
final class Shrinking {
  /// A story whose worlds are slow must not be shrunk for ever.
  private static final int RUNS_MOST = 200;

  private Shrinking() {}

  /// The fewest mishaps found that still break a promise.
  static List<Mishap> of(Script script, List<Mishap> mishaps) {
    List<Mishap> left = new ArrayList<>(mishaps);
    int runs = 0;
    int part = Math.max(1, left.size() / 2);
    while (runs < RUNS_MOST) {
      boolean isSmaller = false;
      for (int from = 0; from < left.size() && runs < RUNS_MOST; ) {
        List<Mishap> fewer = new ArrayList<>(left);
        fewer.subList(from, Math.min(left.size(), from + part)).clear();
        runs++;
        if (World.run(script.with(fewer), null).violation() != null) {
          left = fewer;
          isSmaller = true;
        } else {
          from += part;
        }
      }
      if (part == 1 && !isSmaller) {
        break;
      }
      part = Math.max(1, part / 2);
    }
    return left;
  }
}
