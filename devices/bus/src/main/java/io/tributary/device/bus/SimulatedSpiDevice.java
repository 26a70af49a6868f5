package io.tributary.device.bus;

import java.io.IOException;
import java.util.HexFormat;

/// A chip on a bus that a simulator plays.
final class SimulatedSpiDevice implements SpiDevice {
  private final SimulatedLink link;
  private final int chipSelect;

  SimulatedSpiDevice(SimulatedLink link, int chipSelect) {
    this.link = link;
    this.chipSelect = chipSelect;
  }

  @Override
  public byte[] transfer(byte[] out) throws IOException {
    return SimulatedI2cBus.hex(
        link.ask("spi " + chipSelect + " " + HexFormat.of().formatHex(out), "data "));
  }

  @Override
  public void close() {
    link.close();
  }
}
