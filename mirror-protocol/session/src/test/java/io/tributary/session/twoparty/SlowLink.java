package io.tributary.session.twoparty;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// A link with a rate and a delay, and a send buffer of the kernel that takes whatever it is given.
final class SlowLink {
  private record OnTheWay(long dueNanos, ByteBuffer bytes) {}

  private final Wire sendBuffer = new Wire();
  private final Wire arrived = new Wire();
  private final ArrayDeque<OnTheWay> path = new ArrayDeque<>();
  private final double bytesPerNano;
  private final long delayNanos;
  private double allowance;
  private long carriedBytes;

  SlowLink(long bytesPerSecond, long delayNanos) {
    this.bytesPerNano = bytesPerSecond / 1e9;
    this.delayNanos = delayNanos;
  }

  /// What is written here is on its way.
  Wire in() {
    return sendBuffer;
  }

  /// What has arrived.
  Wire out() {
    return arrived;
  }

  long carriedBytes() {
    return carriedBytes;
  }

  void advance(long nanos, long now) {
    allowance += nanos * bytesPerNano;
    byte[] sent = sendBuffer.take((int) allowance);
    allowance = sendBuffer.pendingBytes() == 0 ? 0 : allowance - sent.length;
    carriedBytes += sent.length;
    if (sent.length > 0) {
      path.add(new OnTheWay(now + delayNanos, ByteBuffer.wrap(sent)));
    }
    while (!path.isEmpty() && path.peek().dueNanos() - now <= 0) {
      arrived.put(path.remove().bytes());
    }
  }
}
