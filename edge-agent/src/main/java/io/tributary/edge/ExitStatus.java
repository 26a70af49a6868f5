package io.tributary.edge;

/// What a command's exit status means.
final class ExitStatus {
  static final int DONE = 0;
  static final int CHECK_FAILED = 1;

  /// Wrong usage, or a configuration that is refused.
  static final int USAGE = 2;

  /// The world: a port in use, a disk, a peer that does not answer.
  static final int WORLD = 3;

  private ExitStatus() {}
}
