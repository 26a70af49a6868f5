package io.tributary.device.bus;

import java.util.function.UnaryOperator;

/// How a configuration names a chip of pins or a bus: a number, a label, a path, or `simulated:PATH`.
public final class BusAddress {
  private BusAddress() {}

  /// An address whose path, where it has one, no longer depends on the working directory.
  ///
  /// @param resolve a path as it is written, to where it is
  public static String of(String written, UnaryOperator<String> resolve) {
    String socket = SimulatedLink.socket(written);
    if (socket != null) {
      return SimulatedLink.PREFIX + resolve.apply(socket);
    }
    return written.contains("/") ? resolve.apply(written) : written;
  }
}
