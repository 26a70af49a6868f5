package io.tributary.device.sensor;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.measurement.Quality;
import io.tributary.agent.Agent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Measures each probe on the grid of its interval. One thread for all of them: a bus carries one transfer at a time.
final class SensorAgent implements Agent {
  private static final class Turn {
    final Probe probe;
    long dueNanos;
    volatile @Nullable String trouble;

    Turn(Probe probe, long dueNanos) {
      this.probe = probe;
      this.dueNanos = dueNanos;
    }
  }

  private final String name;
  private final Feed feed;
  private final Counts<Counter> counts;
  private final List<Turn> turns = new ArrayList<>();

  SensorAgent(String name, List<Probe> probes, Feed feed, Counts<Counter> counts, long nowNanos) {
    this.name = name;
    this.feed = feed;
    this.counts = counts;
    probes.forEach(each -> turns.add(new Turn(each, nowNanos)));
  }

  @Override
  public String name() {
    return "sensors-" + name;
  }

  @Override
  public int doWork(long nowNanos) {
    int done = feed.flush();
    for (Turn each : turns) {
      if (nowNanos - each.dueNanos >= 0) {
        measure(each);
        next(each, System.nanoTime());
        done++;
      }
    }
    return done;
  }

  private void measure(Turn turn) {
    counts.count(Counter.MEASURED);
    List<Measurement> measured;
    try {
      measured = turn.probe.measure();
      turn.trouble = null;
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      turn.trouble = why;
      counts.count(Counter.FAILED, why);
      measured = turn.probe.sources().stream().map(each -> Measurement.error(each, why)).toList();
    }
    long nowMs = System.currentTimeMillis();
    for (Measurement each : measured) {
      if (each.quality() != Quality.GOOD && turn.trouble == null) {
        counts.count(Counter.DOUBTFUL, each.source() + ": " + each.reason());
      }
      var unused = feed.put(each.from(name + "/" + each.source()), nowMs);
    }
  }

  private void next(Turn turn, long nowNanos) {
    long intervalNanos = turn.probe.interval().toNanos();
    turn.dueNanos += intervalNanos;
    if (nowNanos - turn.dueNanos >= 0) {
      long skipped = (nowNanos - turn.dueNanos) / intervalNanos + 1;
      counts.count(Counter.SKIPPED, skipped);
      turn.dueNanos += skipped * intervalNanos;
    }
  }

  @Override
  public long idleNanos(long nowNanos) {
    long nextNanos = Long.MAX_VALUE;
    for (Turn each : turns) {
      nextNanos = Math.min(nextNanos, each.dueNanos - nowNanos);
    }
    return Math.max(0, nextNanos);
  }

  @Override
  public void onClose() {
    turns.forEach(each -> each.probe.close());
  }

  /// How many did not answer when they were last measured, and why one of them did not; null when all answered. Any thread.
  @Nullable String trouble() {
    List<String> troubles = troubles();
    return troubles.isEmpty()
        ? null
        : "%d of %d do not answer: %s"
            .formatted(troubles.size(), turns.size(), troubles.getFirst());
  }

  /// Whether any answers. Any thread.
  boolean isAnyWell() {
    return troubles().size() < turns.size();
  }

  private List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (Turn each : turns) {
      String trouble = each.trouble;
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    return troubles;
  }
}
