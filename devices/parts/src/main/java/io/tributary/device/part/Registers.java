package io.tributary.device.part;

import java.io.IOException;

/// The registers of one chip.
public interface Registers {
  /// Reads bytes, from a register on.
  ///
  /// @throws IOException when the chip does not answer
  byte[] read(int register, int count) throws IOException;

  /// Writes bytes, from a register on.
  ///
  /// @throws IOException when the chip does not answer
  void write(int register, byte... bytes) throws IOException;

  /// Lets the chip work.
  void pause(long micros);

  /// Two bytes, the higher first, as a number without a sign.
  default int unsignedWord(int register) throws IOException {
    byte[] bytes = read(register, 2);
    return ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
  }
}
