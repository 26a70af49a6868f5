package io.tributary.sim.plant;

import java.nio.file.Path;
import java.util.Objects;

/// The `./tributary` that has started us: the programs of a plant are started by the same one.
public final class Launcher {
  private Launcher() {}

  /// The source tree that it lies in.
  public static Path home() {
    return Objects.requireNonNull(
        Path.of(path()).toAbsolutePath().getParent(), "the launcher lies nowhere");
  }

  public static String path() {
    String path = System.getenv("TRIBUTARY_LAUNCHER");
    if (path == null) {
      throw new IllegalStateException(
          "TRIBUTARY_LAUNCHER is not set: start this by ./tributary, which sets it");
    }
    return path;
  }
}
