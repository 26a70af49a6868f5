package io.tributary.sim.field.source;

/// The values of an {@link Account} as an instrument can say them that knows few: codes, which begin again when all have been used, in an
/// order that spreads them, so that a turned bit is a number far from those of its time. Thread-safe.
///
/// A code is the number that is nearest to the latest one that was read. So it takes half a cycle between two readings to be mistaken, and
/// what is lost until then is missing, what is read twice is there twice.
final class Cycle {
  /// The golden section: what follows each other lies apart.
  private static final double APART = 0.618;

  private final int length;
  private final int lowest;
  private final int factor;
  private final int inverse;
  private long latest;

  /// @param length of it, a prime, from 5 to 65535
  /// @param lowest of the codes, from which they count up
  Cycle(int length, int lowest) {
    this.length = length;
    this.lowest = lowest;
    this.factor = (int) (length * APART);
    this.inverse = inverse();
  }

  /// By Fermat: to the power of length - 2.
  private int inverse() {
    long power = 1;
    for (int i = 0; i < length - 2; i++) {
      power = power * factor % length;
    }
    return (int) power;
  }

  /// How an account's value is said.
  ///
  /// @return from the lowest up to, and without, the lowest + length
  int code(long value) {
    return lowest + (int) ((long) Spread.number(value) * factor % length);
  }

  /// What was said, to be asked in the order of what is read.
  ///
  /// @param code any number
  /// @return the account's value; nobody's when there is no such code
  synchronized long value(long code) {
    long place = code - lowest;
    if (place < 0 || place >= length) {
      return -1;
    }
    long ahead = Math.floorMod(place * inverse - latest, (long) length);
    long number = latest + (ahead > length / 2 ? ahead - length : ahead);
    latest = Math.max(latest, number);
    return number < 0 ? -1 : Spread.value((int) number);
  }
}
