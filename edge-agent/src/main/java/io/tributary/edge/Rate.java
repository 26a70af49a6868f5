package io.tributary.edge;

/// How fast a total grows, by the difference between two looks that lie at least a second apart.
final class Rate {
  private static final long APART_NANOS = 1_000_000_000L;

  private long lastTotal;
  private long lastNanos;
  private long perSecond;

  Rate(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /// Takes a look. Any thread.
  synchronized long perSecond(long total, long nowNanos) {
    long elapsed = nowNanos - lastNanos;
    if (elapsed >= APART_NANOS) {
      perSecond = (long) ((total - lastTotal) * 1e9 / elapsed);
      lastTotal = total;
      lastNanos = nowNanos;
    }
    return perSecond;
  }
}
