package io.tributary.sim.world;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a range of seeds, each world on one thread, and adds up what they saw. The sums do not depend on the order in
/// which the worlds end.
final class Worlds {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long PROGRESS_MS = 10_000;

  private final Range range;
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

  /// What is run.
  ///
  /// @param first its seed, and those behind it, unless it names its own mishaps
  /// @param seeds how many at most
  /// @param nanosMost no world begins later
  /// @param stopsAtFirst violation
  record Range(Script first, long seeds, long nanosMost, int threads, boolean stopsAtFirst) {
    Script at(long index) {
      return index == 0 ? first : new Script(first.seed() + index, first.plot(), null);
    }
  }

  /// @param words where one world after the other is told; null: none is
  Worlds(Range range, @Nullable PrintWriter words) {
    this.range = range;
    this.words = words;
  }

  /// @param onViolation called for each, by any thread, one at a time
  /// @param progress where a line is shown now and then; null: nowhere
  void run(Consumer<World.Outcome> onViolation, @Nullable PrintWriter progress)
      throws InterruptedException {
    long started = System.nanoTime();
    int workers = words == null ? range.threads() : 1;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(() -> work(started, onViolation), "world-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(PROGRESS_MS);
      while (thread.isAlive()) {
        show(progress, started);
        thread.join(PROGRESS_MS);
      }
    }
    elapsedNanos = Math.max(1, System.nanoTime() - started);
  }

  private void show(@Nullable PrintWriter progress, long started) {
    if (progress != null) {
      progress.printf(
          "sim world: %d s, %d worlds, %d violations%n",
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started), done(), violations());
      progress.flush();
    }
  }

  private void work(long started, Consumer<World.Outcome> onViolation) {
    long i;
    while (!stopped.get()
        && System.nanoTime() - started < range.nanosMost()
        && (i = next.getAndIncrement()) < range.seeds()) {
      ended(World.run(range.at(i), words), onViolation);
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
      stopped.set(range.stopsAtFirst());
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
