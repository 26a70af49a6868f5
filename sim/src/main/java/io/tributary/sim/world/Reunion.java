package io.tributary.sim.world;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How the edges of one world come back to their hub after an outage of the network that cut them all
/// off: how many dial in each second, and when the last is connected.
final class Reunion {
  /// Fewer are no crowd, and are not counted.
  static final int EDGES_LEAST = 50;

  private final int edges;
  private final Tally tally;
  private final LongSupplier heldBytesMost;
  private final TreeMap<Long, Integer> dialsBySecond = new TreeMap<>();
  private final Set<String> back = new HashSet<>();
  private long fromNanos = Long.MAX_VALUE;

  /// How one went.
  ///
  /// @param dials of all edges until all were back
  /// @param peak the most dials within one second
  /// @param backMs from the end of the outage until all were back
  /// @param heldBytesMost what the hub held of all sessions at most, at any time so far
  record Outcome(int edges, long dials, long peak, long backMs, long heldBytesMost) {}

  Reunion(int edges, Tally tally, LongSupplier heldBytesMost) {
    this.edges = edges;
    this.tally = tally;
    this.heldBytesMost = heldBytesMost;
  }

  /// An outage cuts all off, until then.
  void after(long elapsedNanos) {
    fromNanos = edges < EDGES_LEAST ? Long.MAX_VALUE : elapsedNanos;
    dialsBySecond.clear();
    back.clear();
  }

  void dialled(long elapsedNanos) {
    if (elapsedNanos >= fromNanos) {
      long second = TimeUnit.NANOSECONDS.toSeconds(elapsedNanos - fromNanos);
      dialsBySecond.merge(second, 1, Integer::sum);
    }
  }

  void connected(String edge, long elapsedNanos) {
    if (elapsedNanos < fromNanos || !back.add(edge) || back.size() < edges) {
      return;
    }
    long dials = dialsBySecond.values().stream().mapToLong(Integer::longValue).sum();
    long peak = dialsBySecond.values().stream().mapToLong(Integer::longValue).max().orElse(0);
    long backMs = TimeUnit.NANOSECONDS.toMillis(elapsedNanos - fromNanos);
    tally.reunited(new Outcome(edges, dials, peak, backMs, heldBytesMost.getAsLong()));
    fromNanos = Long.MAX_VALUE;
  }
}
