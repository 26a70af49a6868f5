package io.tributary.session;

import io.tributary.session.frame.FrameLimits;
import java.util.concurrent.TimeUnit;

/// How many bytes may be on their way to the hub, learned from probes: a Ping behind some bytes, answered when all of
/// them have arrived.
///
/// Whatever waits in the kernel and in modems is in front of the next alarm. So the window is led to where a probe comes
/// back after {@link #ROUND_TRIP_NANOS}: on a fast link it grows to what the configuration allows, on a slow one it is
/// about half a second of the rate that the link really has, and slices become small.
final class Pipe {
  static final int WINDOW_BYTES_LEAST = 4 * 1024;
  static final int WINDOW_BYTES_FIRST = 32 * 1024;
  static final int SLICE_BYTES_LEAST = 1024;

  /// What a probe should take when the link is full.
  static final long ROUND_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /// A window holds so many slices, and a probe follows after each such part of it.
  private static final int PARTS = 4;

  private final int windowMost;

  private long window;
  private long sentBytes;
  private long deliveredBytes;
  private long shortestNanos;
  private long lastRoundTripNanos;

  private long token;
  private boolean probing;
  private long probeBytes;
  private long probeOutstanding;
  private long probeNanos;

  Pipe(int windowMost) {
    this.windowMost = windowMost;
    restart();
  }

  /// A new link; tokens go on, so that an old answer is not taken for a new one.
  void restart() {
    window = Math.min(WINDOW_BYTES_FIRST, windowMost);
    sentBytes = 0;
    deliveredBytes = 0;
    shortestNanos = Long.MAX_VALUE;
    lastRoundTripNanos = 0;
    probing = false;
    probeBytes = 0;
  }

  /// Urgent bytes may fill a second window, so that a full pipe does not hold them up.
  boolean hasRoom(boolean urgent) {
    return sentBytes - deliveredBytes < (urgent ? 2 * window : window);
  }

  void sent(int bytes) {
    sentBytes += bytes;
  }

  boolean isProbing() {
    return probing;
  }

  boolean isProbeDue() {
    return !probing && sentBytes - probeBytes >= window / PARTS;
  }

  /// Begins a probe behind everything sent so far, and returns the token of its Ping.
  long probe(long nowNanos) {
    probing = true;
    probeBytes = sentBytes;
    probeOutstanding = sentBytes - deliveredBytes;
    probeNanos = nowNanos;
    return ++token;
  }

  void onPong(long answered, long nowNanos) {
    if (!probing || answered != token) {
      return;
    }
    probing = false;
    deliveredBytes = probeBytes;
    lastRoundTripNanos = Math.max(1, nowNanos - probeNanos);
    shortestNanos = Math.min(shortestNanos, lastRoundTripNanos);
    long target = Math.max(ROUND_TRIP_NANOS, 2 * shortestNanos);
    double factor = Math.clamp((double) target / lastRoundTripNanos, 0.5, 2.0);
    boolean wasFull = probeOutstanding >= window / 2;
    if (factor < 1.0 || wasFull) {
      window = Math.clamp((long) (window * factor), WINDOW_BYTES_LEAST, windowMost);
    }
  }

  int sliceBytes() {
    return Math.clamp(window / PARTS, SLICE_BYTES_LEAST, FrameLimits.SLICE_BYTES);
  }

  long windowBytes() {
    return window;
  }

  /// Of the last probe; 0 before the first.
  long roundTripNanos() {
    return lastRoundTripNanos;
  }
}
