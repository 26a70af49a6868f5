package io.tributary.adapter.http;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Hands submissions to the journals, within each class in the order in which they came. Event loop only.
///
/// Those of clients that have gone are among them: what was begun is logged whole, if the journal lets it. `waiting-bytes`
/// bounds how many there are.
final class Ingest {
  private final Emitter emitter;
  private final Keys keys;
  private final Counts<Counter> counts;
  private final Duration patience;
  private final Runnable reportSoon;
  private final Set<Submission> underWay = new LinkedHashSet<>();
  private Set<String> starving = Set.of();
  private int told;
  private volatile boolean isStarving;

  /// @param patience with a journal that does not go on
  /// @param reportSoon brings {@link #report} about, when all that this turn of the loop brings is taken
  Ingest(
      Emitter emitter, Keys keys, Counts<Counter> counts, Duration patience, Runnable reportSoon) {
    this.emitter = emitter;
    this.keys = keys;
    this.counts = counts;
    this.patience = patience;
    this.reportSoon = reportSoon;
  }

  void submit(Submission submission, long nowNanos) {
    underWay.add(submission);
    drain(nowNanos);
  }

  /// Hands over what there is room for, and ends what is complete.
  void drain(long nowNanos) {
    Set<String> full = new HashSet<>();
    List<Submission> done = new ArrayList<>();
    for (Iterator<Submission> all = underWay.iterator(); all.hasNext(); ) {
      Submission each = all.next();
      each.look(nowNanos);
      offer(each, full, nowNanos);
      if (each.isDone()) {
        all.remove();
        done.add(each);
      }
    }
    counts.count(Counter.PAUSED, full.stream().filter(each -> !starving.contains(each)).count());
    starving = full;
    isStarving = !full.isEmpty();
    reportSoon.run();
    done.forEach(each -> each.end(keys)); // last: an answer may bring the next request
  }

  private void offer(Submission submission, Set<String> full, long nowNanos) {
    String className = submission.className();
    while (!full.contains(className) && submission.hasMore()) {
      if (!submission.offer(emitter, nowNanos)) {
        full.add(className);
      }
    }
  }

  /// Gives up what has not moved for too long.
  void sweep(long nowNanos) {
    for (Submission each : List.copyOf(underWay)) {
      if (each.isStuck(nowNanos, patience)) {
        each.giveUp(patience);
      }
    }
    drain(nowNanos);
  }

  /// Tells the journals who waits for them: a client that waits for its answer sends nothing more.
  void report() {
    int waiting = (int) underWay.stream().filter(Submission::isInFlight).count();
    if (waiting != told) {
      told = waiting;
      emitter.waiting(waiting, waiting);
    }
  }

  /// Whether requests wait for room. Any thread.
  boolean isStarving() {
    return isStarving;
  }
}
