package io.tributary.adapter.mqtt;

/// The time, read once for all that one event brings. Event loop only.
final class LoopClock {
  private long nowMs;
  private long nowNanos;

  LoopClock() {
    read();
  }

  /// An event begins.
  void read() {
    nowMs = System.currentTimeMillis();
    nowNanos = System.nanoTime();
  }

  /// By the wall clock.
  long nowMs() {
    return nowMs;
  }

  /// By the clock that never goes back.
  long nowNanos() {
    return nowNanos;
  }

  /// When a message expires, by the wall clock.
  ///
  /// @param seconds from now; negative: never
  long expiresAtMs(long seconds) {
    return seconds < 0 ? Message.NEVER : nowMs + seconds * 1000;
  }
}
