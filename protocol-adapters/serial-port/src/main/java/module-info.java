/// A serial port by path, name or USB id, for the adapters that speak over one.
module io.tributary.adapter.serial.port {
  requires static transitive org.jspecify;
  requires transitive io.tributary.settings;
  requires com.fazecast.jSerialComm;

  exports io.tributary.adapter.serial.port;
}
