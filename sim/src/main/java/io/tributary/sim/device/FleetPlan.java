package io.tributary.sim.device;

import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.Quantity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a fleet is to do.
///
/// @param devices how many
/// @param duration how long readings are taken; zero: until it is stopped
/// @param patience how long to wait for the last acknowledgements
record FleetPlan(
    int devices,
    Endpoint endpoint,
    Signals signals,
    Publishing publishing,
    Duration duration,
    Duration patience) {
  private static final String DEVICE = "{device}";
  private static final String SIGNAL = "{signal}";

  /// Where the devices connect to, and as whom. In clientId, user and will, `{device}` is the device's name.
  ///
  /// @param will the topic of a will; null for none
  /// @param connectsPerSecond how the first connects are spread
  record Endpoint(
      InetSocketAddress address,
      Protocol protocol,
      String clientId,
      @Nullable String user,
      @Nullable String password,
      @Nullable String will,
      int connectsPerSecond) {}

  /// What they measure. Device `n` has the `n`th quantity, around and around.
  ///
  /// @param startMs the signal's time of the first reading
  /// @param speedup how many seconds of the signal's time pass in one
  /// @param zone the local time of the plant
  record Signals(
      List<Quantity> quantities,
      long seed,
      long startMs,
      double speedup,
      ZoneId zone,
      Set<Fault> faults,
      double faultsPerMinute) {}

  /// How they publish.
  ///
  /// @param topic with `{device}` and `{signal}`
  /// @param rate readings per second of one device
  /// @param window publishes of one device that may wait for their acknowledgement
  /// @param keep readings that one device keeps while it cannot send them
  record Publishing(
      String topic, PayloadFormat payload, double rate, int qos, int window, int keep) {}

  /// @param number from 0
  static String name(int number) {
    return String.format(Locale.ROOT, "d%05d", number + 1);
  }

  Quantity quantity(int number) {
    return signals.quantities().get(number % signals.quantities().size());
  }

  String topic(int number) {
    return fill(publishing.topic(), number);
  }

  /// A template with this device's name and signal in it.
  String fill(String template, int number) {
    return template.replace(DEVICE, name(number)).replace(SIGNAL, quantity(number).word());
  }
}
