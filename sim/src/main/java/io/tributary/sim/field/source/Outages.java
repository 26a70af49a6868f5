package io.tributary.sim.field.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// When the edge was down, by the monotonic clock. Thread-safe.
public final class Outages {
  /// What is said a moment before a kill may still be in the line or not be forced yet; a moment behind a start it may meet a port that
  /// is just being opened.
  static final Duration MARGIN = Duration.ofMillis(500);

  private record Outage(long fromNanos, long toNanos) {}

  private final List<Outage> outages = new ArrayList<>();

  public synchronized void add(long fromNanos, long toNanos) {
    outages.add(new Outage(fromNanos, toNanos));
  }

  synchronized boolean covers(long nanos) {
    return outages.stream()
        .anyMatch(each ->
            nanos - each.fromNanos + MARGIN.toNanos() >= 0
                && each.toNanos + MARGIN.toNanos() - nanos >= 0);
  }
}
