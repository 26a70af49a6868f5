package io.tributary.store.log;

import java.util.function.IntSupplier;

/// An exception that nobody expected is a bug: after it some of a group may be answered and some not.
/// On a thread of the store it ends the process, which is trusted again from disk.
final class Bugs {
  private Bugs() {}

  static int stopAt(IntSupplier turn) {
    try {
      return turn.getAsInt();
    } catch (RuntimeException bug) {
      throw new AssertionError("a bug of the store", bug);
    }
  }
}
