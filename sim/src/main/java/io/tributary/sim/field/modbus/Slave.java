package io.tributary.sim.field.modbus;

import org.jspecify.annotations.Nullable;

/// Who answers requests: devices, or a capture of some.
public interface Slave {
  /// @param pdu function code, and what belongs to it
  /// @return the answer's pdu; null: silence
  byte @Nullable [] answer(int unit, byte[] pdu);
}
