package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// Noise that remembers: draughts, clouds, a machine's load. Two readings that lie `t` apart are correlated by `exp(-t / correlation)`,
/// at any rate of reading (an Ornstein-Uhlenbeck process, which as a sequence is autoregressive of the first order). One thread.
final class RedNoise implements Part {
  private final SplittableRandom random;
  private final double deviation;
  private final double correlationMs;
  private double level;
  private long lastMs = Long.MIN_VALUE;

  /// @param correlationMs after which the correlation has fallen to 1/e
  RedNoise(SplittableRandom random, double deviation, double correlationMs) {
    this.random = random;
    this.deviation = deviation;
    this.correlationMs = correlationMs;
  }

  @Override
  public double at(long timeMs) {
    double kept =
        lastMs == Long.MIN_VALUE ? 0 : Math.exp(-Math.max(0, timeMs - lastMs) / correlationMs);
    level = kept * level + Math.sqrt(1 - kept * kept) * deviation * random.nextGaussian();
    lastMs = timeMs;
    return level;
  }
}
