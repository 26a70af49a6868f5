package io.tributary.sim.world;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/// The clock of a world and what is going to be done in it. Turns at the same instant are taken in the order in which
/// they were planned.
final class Timeline {
  /// Monotonic clocks may start anywhere; near the end of their range, so that every comparison that forgets the
  /// overflow is found.
  private static final long START_NANOS = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(90);

  private final PriorityQueue<Turn> turns = new PriorityQueue<>();
  private long elapsedNanos;
  private long planned;
  private long taken;

  private record Turn(long atNanos, long number, Runnable action) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /// What `System.nanoTime` is elsewhere.
  long nowNanos() {
    return START_NANOS + elapsedNanos;
  }

  /// Since the beginning of the world.
  long elapsedNanos() {
    return elapsedNanos;
  }

  long elapsedMs() {
    return TimeUnit.NANOSECONDS.toMillis(elapsedNanos);
  }

  /// How many turns were taken.
  long taken() {
    return taken;
  }

  void after(long delayNanos, Runnable action) {
    if (delayNanos < 0) {
      throw new IllegalArgumentException("a turn in the past: " + delayNanos + " ns");
    }
    turns.add(new Turn(elapsedNanos + delayNanos, planned++, action));
  }

  /// Takes the next turn; false when nothing is planned.
  boolean step() {
    Turn next = turns.poll();
    if (next == null) {
      return false;
    }
    elapsedNanos = next.atNanos();
    taken++;
    next.action().run();
    return true;
  }
}
