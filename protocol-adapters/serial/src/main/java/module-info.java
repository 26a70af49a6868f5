/// Instruments on serial lines: plain lines, raw bytes, NMEA 0183 with AIS, DSMR P1.
module io.tributary.adapter.serial {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.adapter.measurement;
  requires transitive io.tributary.settings;
  requires io.tributary.adapter.serial.port;
  requires io.tributary.agent;

  exports io.tributary.adapter.serial;
  exports io.tributary.adapter.serial.dsmr;
  exports io.tributary.adapter.serial.nmea;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.serial.SerialAdapterType;
}
