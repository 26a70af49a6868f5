/// Sensors on I²C, SPI and 1-Wire.
module io.tributary.device.sensor {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.adapter.measurement;
  requires io.tributary.agent;
  requires io.tributary.device.bus;
  requires io.tributary.device.part;

  exports io.tributary.device.sensor;

  provides io.tributary.adapter.AdapterType with
      io.tributary.device.sensor.I2cAdapterType,
      io.tributary.device.sensor.SpiAdapterType,
      io.tributary.device.sensor.OneWireAdapterType;
}
