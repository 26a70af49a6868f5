package io.tributary.sim.device;

import java.util.concurrent.locks.LockSupport;

/// When the next reading is due: at a fixed rate, or as the trace's own timestamps say, sped up.
/// Time lost is caught up with, so that the rate holds on average.
public final class Pace {
  private final double rowsPerSecond;
  private final double speedup;
  private final long startNanos;
  private long firstMs = Long.MIN_VALUE;
  private long rows;

  private Pace(double rowsPerSecond, double speedup) {
    this.rowsPerSecond = rowsPerSecond;
    this.speedup = speedup;
    this.startNanos = System.nanoTime();
  }

  public static Pace rate(double rowsPerSecond) {
    return new Pace(rowsPerSecond, 0);
  }

  public static Pace speedup(double speedup) {
    return new Pace(0, speedup);
  }

  /// Waits until the next reading is due.
  public void await(long timestampMs) {
    long due = startNanos;
    if (speedup > 0) {
      firstMs = firstMs == Long.MIN_VALUE ? timestampMs : firstMs;
      due += (long) (Math.max(0, timestampMs - firstMs) * 1_000_000.0 / speedup);
    } else if (rowsPerSecond > 0) {
      due += (long) (rows * 1_000_000_000.0 / rowsPerSecond);
    }
    rows++;
    for (long left; (left = due - System.nanoTime()) > 0 && !Thread.interrupted(); ) {
      LockSupport.parkNanos(left);
    }
  }
}
