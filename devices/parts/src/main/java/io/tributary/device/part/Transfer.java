package io.tributary.device.part;

import java.io.IOException;

/// One chip that sends while it is sent to.
@FunctionalInterface
public interface Transfer {
  /// @return as many bytes as were sent
  /// @throws IOException when the bus fails
  byte[] transfer(byte... out) throws IOException;
}
