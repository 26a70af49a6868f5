package io.tributary.smartmodule;

import java.io.Serial;

/// A guest did not do its work. Its instance is not used again.
public final class GuestFailed extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Why; stable enough to be counted and tested.
  public enum Reason {
    /// It executed what WebAssembly does not allow: `unreachable`, a division by zero, an access outside its memory.
    TRAP,
    /// It called itself too deeply.
    STACK,
    /// It took longer than its budget.
    TIME,
    /// Its memory does not fit into its budget.
    MEMORY,
    /// Its output is larger than its budget.
    OUTPUT_SIZE,
    /// It handed over a pointer or a length outside its memory.
    POINTER,
    /// Its output is not what the ABI says.
    OUTPUT,
    /// It answered with a negative status.
    STATUS,
    /// It said that a record cannot be handled.
    RECORD
  }

  private final Reason reason;

  public GuestFailed(Reason reason, String what) {
    super(what);
    this.reason = reason;
  }

  public GuestFailed(Reason reason, String what, Throwable cause) {
    super(what, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// What went wrong, in words.
  public String text() {
    return String.valueOf(getMessage());
  }
}
