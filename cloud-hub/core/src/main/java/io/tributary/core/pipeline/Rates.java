package io.tributary.core.pipeline;

import java.util.concurrent.TimeUnit;

/// How many records come in and go out a second, smoothed over some seconds. One thread counts, any reads.
final class Rates {
  /// What a new second weighs.
  private static final double WEIGHT = 0.3;

  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private Counts before = Counts.NONE;
  private long atNanos;
  private boolean hasBegun;
  private volatile double inPerSecond;
  private volatile double outPerSecond;

  void count(Counts now, long nowNanos) {
    if (!hasBegun) {
      hasBegun = true;
      before = now;
      atNanos = nowNanos;
      return;
    }
    long sinceNanos = nowNanos - atNanos;
    if (sinceNanos < LEAST_NANOS) {
      return;
    }
    double seconds = sinceNanos / 1e9;
    inPerSecond = smooth(inPerSecond, Math.max(0, now.in() - before.in()) / seconds);
    outPerSecond = smooth(outPerSecond, Math.max(0, now.out() - before.out()) / seconds);
    before = now;
    atNanos = nowNanos;
  }

  private static double smooth(double old, double next) {
    double smoothed = old + WEIGHT * (next - old);
    return next == 0 && smoothed < 0.05 ? 0 : smoothed;
  }

  double inPerSecond() {
    return inPerSecond;
  }

  double outPerSecond() {
    return outPerSecond;
  }
}
