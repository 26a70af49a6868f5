/// PLCs and meters that speak Modbus, over TCP and over serial lines.
module io.tributary.adapter.modbus {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.adapter.command;
  requires io.tributary.adapter.measurement;
  requires io.tributary.adapter.serial.port;
  requires io.tributary.agent;
  requires com.digitalpetri.modbus;

  exports io.tributary.adapter.modbus;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.modbus.ModbusAdapterType;
}
