package io.tributary.sim.world;

import java.io.Serial;

/// The simulated machine has lost its power, or its process was killed, in the middle of what it did: nothing above may go
/// on. An Error, so that no code takes it for a fault that it could handle.
public final class PowerCut extends Error {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean isKill;

  public PowerCut() {
    this(false);
  }

  /// @param kill only the process is gone
  PowerCut(boolean kill) {
    super(kill ? "the process is killed" : "the power is cut");
    this.isKill = kill;
  }

  boolean isKill() {
    return isKill;
  }
}
