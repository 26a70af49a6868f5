package io.tributary.session;

import java.util.concurrent.TimeUnit;

/// Bytes a second, smoothed: each second counts half of what came before it.
final class RateMeter {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int PERIODS_MOST = 32;

  private long periodStartNanos;
  private long periodBytes;
  private double bytesPerSecond;
  private boolean started;

  void add(long bytes, long nowNanos) {
    roll(nowNanos);
    periodBytes += bytes;
  }

  long bytesPerSecond(long nowNanos) {
    roll(nowNanos);
    return Math.round(bytesPerSecond);
  }

  private void roll(long nowNanos) {
    if (!started) {
      started = true;
      periodStartNanos = nowNanos;
    }
    long periods = (nowNanos - periodStartNanos) / PERIOD_NANOS;
    for (long i = 0; i < Math.min(periods, PERIODS_MOST); i++) {
      bytesPerSecond = (bytesPerSecond + periodBytes) / 2;
      periodBytes = 0;
    }
    if (periods > PERIODS_MOST) {
      bytesPerSecond = 0;
    }
    if (periods > 0) {
      periodStartNanos += periods * PERIOD_NANOS;
    }
  }
}
