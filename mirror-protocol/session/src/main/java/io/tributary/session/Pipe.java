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

  /// The probes that may be under way: the answers come back one by one, so that sending does not go in gusts.
  private static final int PROBES_MOST = 2 * PARTS;

  private final int windowMost;

  private long window;
  private long sentBytes;
  private long deliveredBytes;
  private long shortestNanos;
  private long lastRoundTripNanos;
  private long adaptedNanos;

  /// The probes under way, by token: those behind `answered` up to `token`.
  private final long[] probeBytes = new long[PROBES_MOST];

  private final long[] probeNanos = new long[PROBES_MOST];
  private final boolean[] probeFoundFull = new boolean[PROBES_MOST];
  private long token;
  private long answered;
  private long probedBytes;

  Pipe(int windowMost) {
    this.windowMost = windowMost;
    restart(0);
  }

  /// A new link; tokens go on, so that an old answer is not taken for a new one.
  void restart(long nowNanos) {
    window = Math.min(WINDOW_BYTES_FIRST, windowMost);
    sentBytes = 0;
    deliveredBytes = 0;
    shortestNanos = Long.MAX_VALUE;
    lastRoundTripNanos = 0;
    adaptedNanos = nowNanos;
    answered = token;
    probedBytes = 0;
  }

  /// Urgent bytes may fill a second window, so that a full pipe does not hold them up.
  boolean hasRoom(boolean urgent) {
    return sentBytes - deliveredBytes < (urgent ? 2 * window : window);
  }

  void sent(int bytes) {
    sentBytes += bytes;
  }

  boolean isProbing() {
    return token > answered;
  }

  boolean isProbeDue() {
    return sentBytes - probedBytes >= window / PARTS && token - answered < PROBES_MOST;
  }

  /// Begins a probe behind everything sent so far, and returns the token of its Ping.
  long probe(long nowNanos) {
    token++;
    int at = (int) (token % PROBES_MOST);
    probeBytes[at] = sentBytes;
    probeNanos[at] = nowNanos;
    probeFoundFull[at] = sentBytes - deliveredBytes >= window / 2;
    probedBytes = sentBytes;
    return token;
  }

  /// Answers come in the order of the probes; what answers none is ignored.
  void onPong(long pongToken, long nowNanos) {
    if (pongToken <= answered || pongToken > token) {
      return;
    }
    answered = pongToken;
    int at = (int) (pongToken % PROBES_MOST);
    deliveredBytes = probeBytes[at];
    lastRoundTripNanos = Math.max(1, nowNanos - probeNanos[at]);
    shortestNanos = Math.min(shortestNanos, lastRoundTripNanos);
    if (probeNanos[at] - adaptedNanos >= 0) {
      adapt(probeFoundFull[at], nowNanos);
    }
  }

  /// Once for each round trip: a probe that was sent before the last change says nothing about it.
  private void adapt(boolean wasFull, long nowNanos) {
    long target = Math.max(ROUND_TRIP_NANOS, 2 * shortestNanos);
    double factor = Math.clamp((double) target / lastRoundTripNanos, 0.5, 2.0);
    if (factor < 1.0 || wasFull) {
      window = Math.clamp((long) (window * factor), WINDOW_BYTES_LEAST, windowMost);
      adaptedNanos = nowNanos;
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
