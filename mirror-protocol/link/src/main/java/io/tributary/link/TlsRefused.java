package io.tributary.link;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A certificate or key file that cannot be used: which file, and what is wrong with it.
public final class TlsRefused extends Exception {
  private final Path file;

  TlsRefused(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file;
  }

  public Path file() {
    return file;
  }
}
