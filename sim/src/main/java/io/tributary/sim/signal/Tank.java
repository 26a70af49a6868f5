package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// A tank in percent: used up as the plant runs, filled again when it is low. One thread.
final class Tank implements Part {
  private static final double MS_PER_HOUR = 3_600_000;
  private static final double FULL = 95;
  private static final double LOW = 15;
  private static final double FILL_PER_HOUR = 240;

  private final double usePerHour;
  private final Part use;
  private double level;
  private boolean isFilling;
  private long lastMs = Long.MIN_VALUE;

  /// @param use what part of its full use it has, 0 to 1
  Tank(SplittableRandom random, double usePerHour, Part use) {
    this.usePerHour = usePerHour * random.nextDouble(0.6, 1.4);
    this.use = use;
    this.level = random.nextDouble(LOW, FULL);
  }

  @Override
  public double at(long timeMs) {
    double hours = lastMs == Long.MIN_VALUE ? 0 : Math.max(0, timeMs - lastMs) / MS_PER_HOUR;
    lastMs = timeMs;
    level += hours * (isFilling ? FILL_PER_HOUR : -usePerHour * use.at(timeMs));
    if (level <= LOW) {
      isFilling = true;
    } else if (level >= FULL) {
      isFilling = false;
    }
    level = Math.clamp(level, 0, FULL);
    return level;
  }
}
