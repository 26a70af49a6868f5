package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// A sensor that ages: it runs away at a steady rate, up or down, until somebody would notice. One thread.
final class Drift implements Part {
  private static final double MS_PER_DAY = 86_400_000;

  private final double perDay;
  private final double most;
  private long firstMs = Long.MIN_VALUE;

  /// @param perDayMost the rate is drawn from between this and its opposite
  /// @param most how far it goes: beyond it a reading would no longer be plausible
  Drift(SplittableRandom random, double perDayMost, double most) {
    this.perDay = random.nextDouble(-perDayMost, perDayMost);
    this.most = most;
  }

  @Override
  public double at(long timeMs) {
    firstMs = firstMs == Long.MIN_VALUE ? timeMs : firstMs;
    return Math.clamp(perDay * (timeMs - firstMs) / MS_PER_DAY, -most, most);
  }
}
