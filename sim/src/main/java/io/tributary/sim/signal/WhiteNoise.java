package io.tributary.sim.signal;

import java.util.SplittableRandom;

/// Noise of which no reading knows the one before: that of the sensor's own electronics. One thread.
final class WhiteNoise implements Part {
  private final SplittableRandom random;
  private final double deviation;

  WhiteNoise(SplittableRandom random, double deviation) {
    this.random = random;
    this.deviation = deviation;
  }

  @Override
  public double at(long timeMs) {
    return deviation * random.nextGaussian();
  }
}
