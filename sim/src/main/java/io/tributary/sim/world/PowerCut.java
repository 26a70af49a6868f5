package io.tributary.sim.world;

import java.io.Serial;

/// The simulated machine has lost its power in the middle of what it did: nothing above may go on. An Error, so that no
/// code takes it for a fault that it could handle.
public final class PowerCut extends Error {
  @Serial private static final long serialVersionUID = 1L;

  public PowerCut() {
    super("the power is cut");
  }
}
