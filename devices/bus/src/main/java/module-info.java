/// Pins and buses: the kernel's, and simulated ones.
module io.tributary.device.bus {
  requires static transitive org.jspecify;
  requires com.sun.jna;

  exports io.tributary.device.bus;
}
