package io.tributary.sim.field.board;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// What goes wrong with the chips of a board, by one seed. A bus without checksums cannot damage a value so that somebody could see it: so
/// what it does is not to answer, and not to be ready.
final class ChipDice {
  private final Random random;
  private final double silent;
  private final double busy;
  final AtomicLong silences = new AtomicLong();
  final AtomicLong waits = new AtomicLong();
  final AtomicLong measurements = new AtomicLong();

  /// @param silent percent of the transfers that nobody answers
  /// @param busy percent of the measurements that do not end
  ChipDice(long seed, double silent, double busy) {
    if (silent < 0 || silent > 100 || busy < 0 || busy > 100) {
      throw new IllegalArgumentException("a percentage is from 0 to 100");
    }
    this.random = new Random(seed);
    this.silent = silent;
    this.busy = busy;
  }

  boolean isSilent() {
    return falls(silent, silences);
  }

  boolean isBusy() {
    measurements.incrementAndGet();
    return falls(busy, waits);
  }

  private boolean falls(double percent, AtomicLong count) {
    boolean falls = random.nextDouble() * 100 < percent;
    if (falls) {
      count.incrementAndGet();
    }
    return falls;
  }
}
