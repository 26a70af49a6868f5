package io.tributary.sim;

/// What a command's exit status means.
public final class ExitStatus {
  public static final int DONE = 0;
  public static final int CHECK_FAILED = 1;

  /// Wrong usage, or a configuration that is refused.
  public static final int USAGE = 2;

  /// The world: a port in use, a disk, a peer that does not answer.
  public static final int WORLD = 3;

  private ExitStatus() {}
}
