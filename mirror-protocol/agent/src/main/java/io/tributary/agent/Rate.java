package io.tributary.agent;

/// How fast a total grows since the last look at it; looks that lie less than a second apart see the same.
public final class Rate {
  private static final long APART_NANOS = 1_000_000_000L;

  private long lastTotal;
  private long lastNanos;
  private long perSecond;

  public Rate(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /// Takes a look. Any thread.
  public synchronized long perSecond(long total, long nowNanos) {
    long elapsed = nowNanos - lastNanos;
    if (elapsed >= APART_NANOS) {
      perSecond = (long) ((total - lastTotal) * 1e9 / elapsed);
      lastTotal = total;
      lastNanos = nowNanos;
    }
    return perSecond;
  }
}
