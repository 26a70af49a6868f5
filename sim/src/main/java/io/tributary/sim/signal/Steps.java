package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// A set point that somebody changes now and then, or a door that is open or closed: levels that are held for random times about a
/// mean. One thread.
final class Steps implements Part {
  private final SplittableRandom random;
  private final Level[] levels;
  private int current;
  private long untilMs = Long.MIN_VALUE;

  /// @param holdMs how long it is held on average
  record Level(double value, double holdMs) {}

  /// @param levels at least two; the next is another than the current one
  Steps(SplittableRandom random, Level... levels) {
    this.random = random;
    this.levels = levels.clone();
    this.current = random.nextInt(levels.length);
  }

  @Override
  public double at(long timeMs) {
    if (untilMs == Long.MIN_VALUE) {
      untilMs = timeMs + hold();
    }
    while (timeMs >= untilMs) {
      current = (current + 1 + random.nextInt(levels.length - 1)) % levels.length;
      untilMs += hold();
    }
    return levels[current].value();
  }

  /// A time of no memory, never nothing, so that a long pause is walked through in bounded steps.
  private long hold() {
    double mean = levels[current].holdMs();
    return (long) (mean / 20 - mean * Math.log(1 - random.nextDouble()));
  }
}
