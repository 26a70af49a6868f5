package io.tributary.sim.world;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a range of seeds on all processors, each world on one thread, and adds up what they saw. The sums do not depend
/// on the order in which the worlds end.
final class Worlds {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long from;
  private final long seeds;
  private final boolean stopsAtFirst;
  private final @Nullable PrintWriter words;
  private final AtomicLong next = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  // Guarded by this.
  private final Tally tally = new Tally();
  private long done;
  private long violations;
  private long firstViolatingSeed;
  private long digest;
  private long elapsedNanos = 1;

  /// @param words where one world after the other is told; null: none is
  Worlds(long from, long seeds, boolean stopsAtFirst, @Nullable PrintWriter words) {
    this.from = from;
    this.seeds = seeds;
    this.stopsAtFirst = stopsAtFirst;
    this.words = words;
  }

  /// @param onViolation called for each, by any thread, one at a time
  void run(Consumer<World.Outcome> onViolation) throws InterruptedException {
    long started = System.nanoTime();
    int workers = words == null ? Runtime.getRuntime().availableProcessors() : 1;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(() -> work(onViolation), "world-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    elapsedNanos = Math.max(1, System.nanoTime() - started);
  }

  private void work(Consumer<World.Outcome> onViolation) {
    for (long i = next.getAndIncrement(); i < seeds && !stopped.get(); i = next.getAndIncrement()) {
      ended(World.run(from + i, words), onViolation);
    }
  }

  private synchronized void ended(World.Outcome outcome, Consumer<World.Outcome> onViolation) {
    done++;
    tally.add(outcome.tally());
    long mixed = (outcome.seed() ^ outcome.digest()) * 0x9E37_79B9_7F4A_7C15L;
    digest += mixed ^ (mixed >>> 31);
    if (outcome.violation() != null) {
      firstViolatingSeed =
          violations == 0 ? outcome.seed() : Math.min(firstViolatingSeed, outcome.seed());
      violations++;
      stopped.set(stopsAtFirst);
      onViolation.accept(outcome);
    }
  }

  synchronized Tally tally() {
    return tally;
  }

  synchronized long done() {
    return done;
  }

  synchronized long violations() {
    return violations;
  }

  synchronized long firstViolatingSeed() {
    return firstViolatingSeed;
  }

  synchronized long digest() {
    return digest;
  }

  synchronized long seedsPerMinute() {
    return done * MINUTE_NANOS / elapsedNanos;
  }
}
