package io.tributary.sim.field.modbus;

import java.util.Locale;

/// What may go wrong with an answer.
enum Fault {
  NONE,
  /// It comes, whole and right, when nobody waits for it any more.
  LATE,
  /// Over TCP: it bears the id of another transaction, and wrong values.
  WRONG_ID,
  /// It is another unit's, with wrong values.
  OTHER_UNIT,
  /// Its second half never comes.
  HALF,
  /// On a serial line: a bit of it is turned.
  CHECKSUM,
  /// On a serial line: bytes that mean nothing come before it.
  NOISE;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
