package io.tributary.sim.device;

import java.util.Locale;
import java.util.SplittableRandom;

/// A synthetic sensor: a cycle of a minute about a mean, with noise and a slow drift. The same seed
/// gives the same signal.
final class Signal {
  private static final double MEAN = 70;
  private static final double SWING = 8;
  private static final double NOISE = 0.4;
  private static final double DRIFT = 0.01;
  private static final double CYCLE_MS = 60_000;

  private final SplittableRandom random;
  private final double phase;
  private double drift;

  Signal(long seed) {
    random = new SplittableRandom(seed);
    phase = random.nextDouble(2 * Math.PI);
  }

  /// The value at an instant, as it is written into JSON.
  String at(long timestampMs) {
    drift += random.nextDouble(-DRIFT, DRIFT);
    double cycle = Math.sin(2 * Math.PI * (timestampMs % (long) CYCLE_MS) / CYCLE_MS + phase);
    double value = MEAN + SWING * cycle + drift + random.nextDouble(-NOISE, NOISE);
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
