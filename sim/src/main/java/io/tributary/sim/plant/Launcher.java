package io.tributary.sim.plant;

/// The `./tributary` that has started us: the programs of a plant are started by the same one.
public final class Launcher {
  private Launcher() {}

  public static String path() {
    String path = System.getenv("TRIBUTARY_LAUNCHER");
    if (path == null) {
      throw new IllegalStateException(
          "TRIBUTARY_LAUNCHER is not set: start this by ./tributary, which sets it");
    }
    return path;
  }
}
