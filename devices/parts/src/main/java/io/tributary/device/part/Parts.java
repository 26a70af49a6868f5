package io.tributary.device.part;

import java.util.List;

/// Every kind of sensor.
public final class Parts {
  /// Those on an I²C bus.
  public static final List<PartType<Registers>> I2C =
      List.of(Bme280.TYPE, Ads1115.TYPE, Ina219.TYPE);

  /// Those on an SPI bus.
  public static final List<PartType<Transfer>> SPI = List.of(Mcp3008.TYPE);

  private Parts() {}
}
