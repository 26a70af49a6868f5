package io.tributary.sim.field.source;

/// Numbers 0, 1, 2... spread over 32 bits, and back: a value of which a digit or a bit is damaged is in all likelihood none that was
/// ever said.
final class Spread {
  private static final int FACTOR = 0x9E3779B1;
  private static final int INVERSE = inverse();

  private Spread() {}

  /// By Newton's method: each step doubles the low bits that are right; an odd number is its own inverse in three bits.
  private static int inverse() {
    int inverse = FACTOR;
    for (int bits = 3; bits < Integer.SIZE; bits *= 2) {
      inverse *= 2 - FACTOR * inverse;
    }
    return inverse;
  }

  /// @return 0 to 2^32 - 1, each once
  static long value(int number) {
    return Integer.toUnsignedLong((number + 1) * FACTOR);
  }

  /// @return the number of a value; negative or beyond what was said when it is nobody's
  static int number(long value) {
    return value >>> Integer.SIZE != 0 ? -1 : (int) value * INVERSE - 1;
  }
}
