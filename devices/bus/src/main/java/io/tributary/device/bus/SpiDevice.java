package io.tributary.device.bus;

import java.io.IOException;

/// One chip on an SPI bus, in mode 0 with words of eight bits.
public interface SpiDevice extends AutoCloseable {
  /// Opens it.
  ///
  /// @param bus `0`, or `simulated:PATH`
  /// @param chipSelect which of the bus's chips
  /// @param hertz the clock at most
  /// @throws IOException when it is not there, or may not be opened: its message says what to do
  static SpiDevice open(String bus, int chipSelect, int hertz) throws IOException {
    String socket = SimulatedLink.socket(bus);
    return socket == null
        ? new KernelSpiDevice("/dev/spidev" + bus + "." + chipSelect, hertz)
        : new SimulatedSpiDevice(SimulatedLink.connect(socket), chipSelect);
  }

  /// Sends bytes, and takes as many in at the same time.
  byte[] transfer(byte[] out) throws IOException;

  @Override
  void close();
}
