package io.tributary.device.bus;

import java.io.IOException;

/// A bus with chips that are made of registers: each transfer names the first register by one byte.
public interface I2cBus extends AutoCloseable {
  /// What one transfer carries at most, in bytes: the limit of SMBus.
  int BYTES_MOST = 32;

  /// Opens a bus.
  ///
  /// @param address `1` for `/dev/i2c-1`, a path, or `simulated:PATH`
  /// @throws IOException when it is not there, or may not be opened: its message says what to do
  static I2cBus open(String address) throws IOException {
    String socket = SimulatedLink.socket(address);
    return socket == null
        ? new KernelI2cBus(address.contains("/") ? address : "/dev/i2c-" + address)
        : new SimulatedI2cBus(SimulatedLink.connect(socket));
  }

  /// Reads `count` bytes, from a register on.
  ///
  /// @param chip its address of seven bits
  /// @throws IOException when nobody answers
  byte[] read(int chip, int register, int count) throws IOException;

  /// Writes bytes, from a register on.
  ///
  /// @throws IOException when nobody answers
  void write(int chip, int register, byte[] bytes) throws IOException;

  @Override
  void close();
}
