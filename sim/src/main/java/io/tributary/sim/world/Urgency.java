package io.tributary.sim.world;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// How long what is urgent has waited at an edge that came back from an outage, and how long everything else.
final class Urgency {
  /// What is under way already goes before an alarm: a slice, a window, a round trip.
  private static final long AHEAD_NANOS_MOST = TimeUnit.SECONDS.toNanos(5);

  private final String edge;
  private final long sinceNanos;

  /// By stream, the end that waited when the edge came back.
  private final TreeMap<Long, Long> urgent = new TreeMap<>();

  private final TreeMap<Long, Long> others = new TreeMap<>();
  private long urgentNanos;
  private long othersNanos;

  Urgency(String edge, long sinceNanos) {
    this.edge = edge;
    this.sinceNanos = sinceNanos;
  }

  void waits(long streamId, long end, boolean isUrgent) {
    (isUrgent ? urgent : others).put(streamId, end);
  }

  void acked(long streamId, long end, long nowNanos) {
    if (isReached(urgent, streamId, end)) {
      urgentNanos = nowNanos - sinceNanos;
    }
    if (isReached(others, streamId, end)) {
      othersNanos = nowNanos - sinceNanos;
    }
  }

  private static boolean isReached(Map<Long, Long> waiting, long streamId, long end) {
    Long due = waiting.get(streamId);
    return due != null && end >= due && waiting.remove(streamId) != null;
  }

  void check() {
    Violation.check(
        urgentNanos <= AHEAD_NANOS_MOST || urgentNanos <= othersNanos / 4,
        "%s: alarms waited %d ms after an outage, everything else %d ms",
        edge,
        TimeUnit.NANOSECONDS.toMillis(urgentNanos),
        TimeUnit.NANOSECONDS.toMillis(othersNanos));
  }
}
