package io.tributary.adapter.mqtt;

import io.tributary.settings.Section;

/// How fast one client may publish: two token buckets, of publishes and of their bytes, each as large as what a second brings.
/// Whoever has emptied one is not read from until there are tokens again; nothing is dropped. Pure.
///
/// A bucket is kept as the time at which it is full again: a publish moves it, and tokens are left while it is less than a
/// second away (the generic cell rate algorithm).
final class PublishRate {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final RateLimits limits;
  private long messagesFullAtNanos;
  private long bytesFullAtNanos;

  /// What a second brings.
  ///
  /// @param messages 0: no bound
  /// @param bytes 0: no bound
  record RateLimits(int messages, long bytes) {
    static RateLimits read(Section section) {
      return new RateLimits(
          section.integer("messages", 0, 0, 1_000_000), section.sizeBytes("bytes", 0, 0, 1 << 30));
    }
  }

  PublishRate(RateLimits limits, long nowNanos) {
    this.limits = limits;
    this.messagesFullAtNanos = nowNanos;
    this.bytesFullAtNanos = nowNanos;
  }

  /// A publish was taken.
  void took(int bytes, long nowNanos) {
    if (limits.messages > 0) {
      messagesFullAtNanos = later(messagesFullAtNanos, nowNanos) + SECOND_NANOS / limits.messages;
    }
    if (limits.bytes > 0) {
      bytesFullAtNanos = later(bytesFullAtNanos, nowNanos) + bytes * SECOND_NANOS / limits.bytes;
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /// How long until the next publish may be taken; 0: now.
  long waitNanos(long nowNanos) {
    long full = Math.max(messagesFullAtNanos - nowNanos, bytesFullAtNanos - nowNanos);
    return full < SECOND_NANOS ? 0 : full - SECOND_NANOS + 1;
  }
}
