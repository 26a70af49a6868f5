package io.tributary.front.kafka;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A rate of bytes that several connections share: a token bucket, which fills at that rate, and which its users may
/// overdraw. As in Kafka (KIP-599) it holds what comes in together within a window of ten samples of one second
/// (`quota.window.num`, `quota.window.size.seconds`), and is full at first.
///
/// ```
///            now          now + WINDOW      now + 2 WINDOW
///             │  fullAt: within the rate │  overdrawn     │
///  full ◀─────┼──────────────────────────┼────────────────┤ no more than this is remembered
///                                        └─ throttled by ─▶ fullAt
/// ```
///
/// Its only state is the time at which it is full again. Any thread.
final class TokenBucket {
  /// What a client that was quiet for so long may move at once.
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// A connection is muted no longer at a time. Below the shortest session timeout that Kafka lets a consumer have
  /// (`group.min.session.timeout.ms`, 6 s): who sends its heartbeats on the muted connection must not be thrown out of its group.
  static final int THROTTLE_MS_MOST = 5_000;

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytesPerSecond;
  private final AtomicLong fullAtNanos;

  /// @param nowNanos of `System.nanoTime`, here and below
  TokenBucket(long bytesPerSecond, long nowNanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.fullAtNanos = new AtomicLong(nowNanos);
  }

  /// Takes bytes out, be it more than there are.
  void take(long bytes, long nowNanos) {
    long nanos = Math.min(2 * WINDOW_NANOS, (long) (bytes * NANOS_PER_SECOND / bytesPerSecond));
    fullAtNanos.updateAndGet(fullAt -> {
      long missing = Math.max(0, fullAt - nowNanos);
      return nowNanos + Math.min(2 * WINDOW_NANOS, missing + nanos);
    });
  }

  /// How long whoever uses it must rest, in milliseconds; 0: it is not overdrawn.
  int throttleMs(long nowNanos) {
    long overdrawnNanos = fullAtNanos.get() - nowNanos - WINDOW_NANOS;
    long ms = (overdrawnNanos + TimeUnit.MILLISECONDS.toNanos(1) - 1) / 1_000_000;
    return Math.clamp(ms, 0, THROTTLE_MS_MOST);
  }

  /// What it holds when it is full, as far as an answer may be so large: who takes no more at once stays within the rate.
  int sizeBytes() {
    double size = bytesPerSecond * (WINDOW_NANOS / NANOS_PER_SECOND);
    return (int) Math.min(Integer.MAX_VALUE, size);
  }
}
