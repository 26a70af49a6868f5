package io.tributary.store.log;

import io.tributary.log.LogFailedException;
import io.tributary.log.LogFullException;
import io.tributary.log.NoSpaceException;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import java.io.IOException;

/// What a fault of the disk is to whoever asked.
final class Refusals {
  private Refusals() {}

  static StoreRefused of(String where, IOException fault) {
    return switch (fault) {
      case LogFullException full -> noSpace(where, full);
      case NoSpaceException full -> noSpace(where, full);
      case LogFailedException failed -> refused(Code.FAILED, where, failed);
      default -> refused(Code.UNREADABLE, where, fault);
    };
  }

  private static StoreRefused noSpace(String where, IOException full) {
    return refused(Code.NO_SPACE, where, full);
  }

  private static StoreRefused refused(Code code, String where, IOException fault) {
    return new StoreRefused(code, where + ": " + fault.getMessage(), fault);
  }
}
