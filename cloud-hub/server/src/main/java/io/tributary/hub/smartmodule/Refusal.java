package io.tributary.hub.smartmodule;

/// The command ends with this sentence and this exit status.
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String what) {
    super(what);
    this.status = status;
  }

  Refusal(int status, String what, Throwable cause) {
    super(what, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
