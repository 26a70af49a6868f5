package io.tributary.log;

import java.io.Serial;

/// A batch of an idempotent producer does not go on where that producer was. Nothing of it is stored.
public final class SequenceRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Why.
  public enum Reason {
    /// Batches of the producer before it are missing.
    OUT_OF_ORDER,
    /// The producer was given a later epoch since.
    FENCED
  }

  private final Reason reason;

  SequenceRefused(Reason reason, String what) {
    super(what);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
