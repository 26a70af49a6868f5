package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// Pieces made, or pulses of a meter: goes up as the plant runs, wraps at its register's end, and begins at 0 after a reboot. One
/// thread.
final class Counter implements Part {
  private static final double MS_PER_HOUR = 3_600_000;

  private final double perHour;
  private final double wrap;
  private final Part pace;
  private double count;
  private long lastMs = Long.MIN_VALUE;

  /// @param wrap the count that is shown as 0 again
  /// @param pace what part of its full rate it has, 0 to 1
  Counter(SplittableRandom random, double perHour, double wrap, Part pace) {
    this.perHour = perHour * random.nextDouble(0.7, 1.3);
    this.wrap = wrap;
    this.pace = pace;
    this.count = random.nextDouble(wrap);
  }

  @Override
  public double at(long timeMs) {
    if (lastMs != Long.MIN_VALUE) {
      count += perHour * pace.at(timeMs) * Math.max(0, timeMs - lastMs) / MS_PER_HOUR;
      count %= wrap;
    }
    lastMs = timeMs;
    return Math.floor(count);
  }

  @Override
  public void restart() {
    count = 0;
  }
}
