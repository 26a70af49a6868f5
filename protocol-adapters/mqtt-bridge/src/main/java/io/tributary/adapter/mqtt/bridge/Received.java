package io.tributary.adapter.mqtt.bridge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A QoS 2 publish that was taken and for which no PUBCOMP was sent. The bridge's thread only.
final class Received {
  final int packetId;
  final long digest;

  /// Whose journal knows of it; empty where none does.
  final String className;

  /// Whether the log has the reading, so that PUBREC may go out.
  boolean durable;

  /// PUBREL has come, and the disk is to know it no more.
  boolean releasing;

  /// PUBREL has come, and it is not let go yet.
  @Nullable Release release;

  // Of the Pace; the first is null where it did not come over the connection that is there.
  @Nullable Pace pace;
  long begun;
  boolean isHeld;
  boolean isReleased;

  /// The disk knows of it no more, so that PUBCOMP may go out.
  boolean isForgotten;

  /// Other messages with this identifier came before it and were not released: while this one is not durable, a PUBREL is of one of
  /// these.
  int elders;

  private @Nullable List<Runnable> whenDurable;

  Received(int packetId, long digest, String className, boolean durable) {
    this.packetId = packetId;
    this.digest = digest;
    this.className = className;
    this.durable = durable;
  }

  boolean isRecorded() {
    return !className.isEmpty() && !isForgotten;
  }

  void becomeDurable() {
    durable = true;
    List<Runnable> waiting = whenDurable;
    if (waiting != null) {
      whenDurable = null;
      waiting.forEach(Runnable::run);
    }
  }

  void onceDurable(Runnable then) {
    if (whenDurable == null) {
      whenDurable = new ArrayList<>(1);
    }
    whenDurable.add(then);
  }

  /// Whether a publish that bears the identifier is this one, sent again. A broker that went back to an older state may give
  /// the identifier to another message: then the flag or the digest differs, and dropping it would lose it.
  boolean isSameAs(Arrival arrival, long digestOfArrival) {
    return arrival.duplicate() && digest == digestOfArrival;
  }
}
