package io.tributary.log;

import java.io.IOException;
import java.io.Serial;

/// Nothing was appended because there is no room. The log is as it was before, and works again when room returns.
public final class LogFullException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public LogFullException(String what, Throwable cause) {
    super(what, cause);
  }
}
