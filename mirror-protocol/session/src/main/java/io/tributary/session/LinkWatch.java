package io.tributary.session;

import io.tributary.session.frame.Frame;
import java.util.concurrent.TimeUnit;

/// When the edge's end of a link last heard and last spoke, and what follows from silence. Everything that an Uplink
/// sends goes through here.
final class LinkWatch {
  private long heartbeatNanos;
  private long lastHeardNanos;
  private long lastSentNanos;

  void start(int heartbeatMs, long nowNanos) {
    heartbeat(heartbeatMs);
    lastHeardNanos = nowNanos;
    lastSentNanos = nowNanos;
  }

  /// What the two ends have agreed on.
  void heartbeat(int heartbeatMs) {
    heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(heartbeatMs);
  }

  void heard(long nowNanos) {
    lastHeardNanos = nowNanos;
  }

  void send(Frame frame, long nowNanos, Effects<UplinkEffect> out) {
    lastSentNanos = nowNanos;
    out.add(new UplinkEffect.Send(frame));
  }

  /// One end has said nothing for a heartbeat.
  boolean isSilent(long nowNanos) {
    return silentInNanos(nowNanos) <= 0;
  }

  /// The other end has said nothing for two.
  boolean isDead(long nowNanos) {
    return deadInNanos(nowNanos) <= 0;
  }

  long silentInNanos(long nowNanos) {
    return Math.min(lastHeardNanos - nowNanos, lastSentNanos - nowNanos) + heartbeatNanos;
  }

  long deadInNanos(long nowNanos) {
    return lastHeardNanos - nowNanos + 2 * heartbeatNanos;
  }
}
