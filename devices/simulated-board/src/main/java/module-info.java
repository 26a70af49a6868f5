/// A board with pins and chips on a socket, for tests and the simulator.
module io.tributary.device.simulated {
  requires static transitive org.jspecify;

  exports io.tributary.device.simulated;
}
