package io.tributary.core;

import io.tributary.session.heal.Mending;
import java.util.concurrent.TimeUnit;

/// The bounds of a hub's care for its logs, each with the failure that it prevents.
///
/// @param bytesPerSecond how fast logs are read for their check; the disk must be left to edges and consumers
/// @param restMs how long nothing is read after all was; what is small must not be read all day
/// @param retryMs when a damage is tried again whose edge was not there
/// @param holdMs how long readers wait for damaged records that the edge may give back; an edge that stays away must not
///     keep what lies behind from them
/// @param answerMs how long an edge may take for a batch
/// @param wants how many edges may wait for a batch of ours; one each
/// @param told how many damages are remembered as told; bounds the memory of a disk that dies
public record ScrubLimits(
    long bytesPerSecond,
    long restMs,
    long retryMs,
    long holdMs,
    long answerMs,
    int wants,
    int told) {
  public static final ScrubLimits DEFAULT =
      new ScrubLimits(
          4L * 1024 * 1024,
          3_600_000,
          10_000,
          60_000,
          TimeUnit.NANOSECONDS.toMillis(Mending.ANSWER_NANOS),
          20_000,
          10_000);

  public ScrubLimits {
    if (bytesPerSecond < 1
        || restMs < 0
        || retryMs < 1
        || holdMs < 0
        || answerMs < 1
        || wants < 1
        || told < 1) {
      throw new IllegalArgumentException("bounds of a scrub are positive");
    }
  }

  public ScrubLimits with(long bytesASecond, long rest, long hold) {
    return new ScrubLimits(bytesASecond, rest, retryMs, hold, answerMs, wants, told);
  }

  long restNanos() {
    return TimeUnit.MILLISECONDS.toNanos(restMs);
  }

  long holdNanos() {
    return TimeUnit.MILLISECONDS.toNanos(holdMs);
  }

  Mending.Bounds ofHealing() {
    return new Mending.Bounds(
        TimeUnit.MILLISECONDS.toNanos(retryMs),
        TimeUnit.MILLISECONDS.toNanos(answerMs),
        told,
        told);
  }
}
