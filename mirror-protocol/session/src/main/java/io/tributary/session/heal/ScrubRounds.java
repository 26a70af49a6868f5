package io.tributary.session.heal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// When which log is read for its check: all of them in turn at a bounded rate, then a rest, again and again. Confined to
/// one thread.
///
/// @param <L> what is read in one go: a journal, a partition
public final class ScrubRounds<L> {
  /// How much is read at a time: the disk is left to others in between.
  public static final int STEP_BYTES = 256 * 1024;

  private final long bytesPerSecond;
  private final long restNanos;
  private final ArrayDeque<L> unread = new ArrayDeque<>();
  private @Nullable L reading;
  private boolean isInRound;
  private boolean hasBegun;
  private long nextNanos;
  private long rounds;
  private long bytesRead;

  /// @param bytesPerSecond at most so fast
  /// @param restNanos how long nothing is read after all was
  public ScrubRounds(long bytesPerSecond, long restNanos) {
    if (bytesPerSecond < 1 || restNanos < 0) {
      throw new IllegalArgumentException("bounds of a scrub are positive");
    }
    this.bytesPerSecond = bytesPerSecond;
    this.restNanos = restNanos;
  }

  /// What is to be read now; null: nothing yet. It stays the same until `over`.
  ///
  /// @param logs asked when a round begins
  public @Nullable L due(long nowNanos, Supplier<? extends Collection<L>> logs) {
    if (idleNanos(nowNanos) > 0) {
      return null;
    }
    if (reading == null) {
      if (!isInRound) {
        isInRound = true;
        unread.addAll(logs.get());
      }
      reading = unread.poll();
      if (reading == null) {
        isInRound = false;
        rounds++;
        waits(restNanos, nowNanos);
      }
    }
    return reading;
  }

  /// So much was read of what was due.
  public void read(long bytes, long nowNanos) {
    bytesRead += bytes;
    waits(bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond, nowNanos);
  }

  /// What was due has been read, or cannot be read: the next one is due.
  public void over() {
    reading = null;
  }

  /// Nothing is read for a while.
  public void waits(long nanos, long nowNanos) {
    hasBegun = true;
    nextNanos = nowNanos + nanos;
  }

  /// How long nothing is due.
  public long idleNanos(long nowNanos) {
    return hasBegun ? Math.max(0, nextNanos - nowNanos) : 0;
  }

  /// How often everything was read.
  public long rounds() {
    return rounds;
  }

  /// In all rounds.
  public long bytesRead() {
    return bytesRead;
  }
}
