/// Pins as sources of readings and as outputs.
module io.tributary.device.gpio {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.adapter.command;
  requires io.tributary.adapter.measurement;
  requires io.tributary.agent;
  requires io.tributary.device.bus;

  exports io.tributary.device.gpio;

  provides io.tributary.adapter.AdapterType with
      io.tributary.device.gpio.GpioAdapterType;
}
