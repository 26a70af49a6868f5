package io.tributary.hub.cli;

/// A line of the input cannot become a record, or the input broke off: nothing behind it is sent, and what stands before it
/// still is.
final class LineRefused extends Failure {
  private static final long serialVersionUID = 1L;

  LineRefused(int status, String what) {
    super(status, what);
  }

  LineRefused(int status, String what, Throwable cause) {
    super(status, what, cause);
  }
}
