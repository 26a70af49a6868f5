package io.tributary.log;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A write or a force failed, so what lies on the medium is not known. The log takes nothing more and acknowledges
/// nothing more until it is opened again, which recovers it.
public final class LogFailedException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public LogFailedException(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}
