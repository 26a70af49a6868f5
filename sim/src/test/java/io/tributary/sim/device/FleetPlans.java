package io.tributary.sim.device;

import io.tributary.sim.device.FleetPlan.Endpoint;
import io.tributary.sim.device.FleetPlan.Publishing;
import io.tributary.sim.device.FleetPlan.Signals;
import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.Quantity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/// Plans of fleets for tests.
final class FleetPlans {
  static final long START_MS = Instant.parse("2026-03-02T06:00:00Z").toEpochMilli();
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private FleetPlans() {}

  /// Devices that nobody connects: ten readings a second each.
  static FleetPlan unconnected(List<Quantity> quantities, Set<Fault> faults, double perMinute) {
    return new FleetPlan(
        10,
        new Endpoint(
            new InetSocketAddress(1), Protocol.MQTT_5, "sim-{device}", null, null, null, 1),
        new Signals(quantities, 1, START_MS, 1, ZoneOffset.UTC, faults, perMinute),
        new Publishing("devices/{device}/{signal}", PayloadFormat.JSON, 10, 1, 20, 1000),
        Duration.ZERO,
        PATIENCE);
  }

  /// Devices with all signals, at five readings a second each, until they are stopped.
  static FleetPlan connected(
      int devices, InetSocketAddress address, Protocol protocol, int qos, Set<Fault> faults) {
    return new FleetPlan(
        devices,
        new Endpoint(address, protocol, "sim-{device}", null, null, null, 200),
        new Signals(
            List.of(Quantity.values()),
            1,
            System.currentTimeMillis(),
            1,
            ZoneOffset.UTC,
            faults,
            4),
        new Publishing("devices/{device}/{signal}", PayloadFormat.JSON, 5, qos, 20, 1000),
        Duration.ZERO,
        PATIENCE);
  }
}
