package io.tributary.device.bus;

import java.io.IOException;
import java.util.HexFormat;

/// A bus that a simulator plays.
final class SimulatedI2cBus implements I2cBus {
  private final SimulatedLink link;

  SimulatedI2cBus(SimulatedLink link) {
    this.link = link;
  }

  @Override
  public byte[] read(int chip, int register, int count) throws IOException {
    String data = link.ask("i2c read %02x %02x %02x".formatted(chip, register, count), "data ");
    byte[] bytes = hex(data);
    if (bytes.length != count) {
      throw new IOException("asked for " + count + " bytes, the simulator sent " + bytes.length);
    }
    return bytes;
  }

  @Override
  public void write(int chip, int register, byte[] bytes) throws IOException {
    var unused =
        link.ask(
            "i2c write %02x %02x %s".formatted(chip, register, HexFormat.of().formatHex(bytes)),
            "ok");
  }

  static byte[] hex(String text) throws IOException {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("the simulator sent '" + text + "', which is no bytes", e);
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
