package io.tributary.sim.world;

import java.io.Serial;

/// The simulated machine has lost its power in the middle of what it did: nothing above may go on. Not an
/// IOException, so that no code takes it for a fault of the disk.
public final class PowerCut extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public PowerCut() {
    super("the power is cut");
  }
}
