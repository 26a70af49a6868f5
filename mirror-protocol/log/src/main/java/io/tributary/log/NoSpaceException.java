package io.tributary.log;

import java.io.IOException;
import java.io.Serial;

/// The disk, or the quota that the system set on it, is full. Expected: space may return.
public final class NoSpaceException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public NoSpaceException(String what) {
    super(what);
  }

  public NoSpaceException(String what, Throwable cause) {
    super(what, cause);
  }
}
