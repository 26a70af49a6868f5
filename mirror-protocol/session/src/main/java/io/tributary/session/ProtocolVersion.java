package io.tributary.session;

/// The versions of the mirror protocol that this build speaks, and how two ends agree on one.
public final class ProtocolVersion {
  public static final int OLDEST = 1;
  public static final int NEWEST = 1;

  /// There is no version that both speak.
  static final int NONE = -1;

  private ProtocolVersion() {}

  /// The newest version that both ends speak, or {@link #NONE}.
  static int agree(int peerOldest, int peerNewest) {
    int newest = Math.min(NEWEST, peerNewest);
    return newest >= Math.max(OLDEST, peerOldest) ? newest : NONE;
  }
}
