package io.tributary.hub;

/// What a command tells whoever started it.
public final class ExitStatus {
  public static final int DONE = 0;

  /// A check failed.
  public static final int FAILED = 1;

  /// Wrong usage or configuration.
  public static final int USAGE = 2;

  /// The world: a port, a disk, a peer.
  public static final int WORLD = 3;

  /// A bug stopped the process; what it had touched is trusted again only from disk.
  public static final int BUG = 70;

  private ExitStatus() {}
}
