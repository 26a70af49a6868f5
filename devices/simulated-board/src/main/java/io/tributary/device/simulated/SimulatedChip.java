package io.tributary.device.simulated;

import org.jspecify.annotations.Nullable;

/// A chip that is made of registers. Called by one thread at a time.
public interface SimulatedChip {
  /// @return the bytes from a register on; null: the chip does not answer
  byte @Nullable [] read(int register, int count);

  /// @return whether the chip answered
  boolean write(int register, byte[] bytes);
}
