package io.tributary.sim.field.modbus.capture;

/// One end of a connection.
///
/// @param host an IPv4 address with dots
record Endpoint(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
