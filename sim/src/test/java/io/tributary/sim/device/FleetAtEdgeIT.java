package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.signal.Fault;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two hundred devices with all faults at an edge that is killed: at the hub is what was acknowledged, and nothing twice at QoS 2.
@Timeout(300)
final class FleetAtEdgeIT {
  private static final String EDGE = "fleet-edge";
  private static final String TOPIC = "fleet";
  private static final int DEVICES = 200;
  private static final int BEFORE = 3_000;
  private static final int AFTER = 3_000;

  @ParameterizedTest
  @CsvSource({"1, MQTT_5", "2, MQTT_3_1_1", "2, MQTT_5"})
  void whatWasAcknowledgedIsAtTheHub(int qos, Protocol protocol) throws Exception {
    try (Plant plant = new Plant("tributary-fleet-", List.of(EDGE))) {
      Plant.Hub hub = plant.hub("");
      Plant.Edge edge = plant.edge(EDGE, hub.mirror(), TOPIC, "");
      Path file = plant.directory().resolve("ledger");
      FleetPlan plan =
          FleetPlans.connected(
              DEVICES, Plant.address(edge.mqtt()), protocol, qos, EnumSet.allOf(Fault.class));
      RunningFleet fleet = new RunningFleet(plan, file);
      RunningFleet.eventually("readings go in", () -> fleet.acknowledged() > BEFORE);
      edge.program().kill();
      long acknowledged = fleet.acknowledged();
      edge.program().start();
      RunningFleet.eventually("it goes on", () -> fleet.acknowledged() > acknowledged + AFTER);
      assertEquals(0, fleet.settle());

      FleetFigures figures = fleet.figures();
      assertEquals(figures.readings, figures.acknowledged);
      assertTrue(figures.reconnects >= DEVICES / 2, figures::line);
      assertEquals(0, figures.sentAnew, "the edge keeps its sessions");
      for (Fault each : Fault.values()) {
        assertTrue(figures.faults(each) > 0, () -> each.word() + " never struck");
      }
      Verdict verdict = new Verdict(Ledger.readAll(file));
      try (HubReader reader = new HubReader(hub.kafka(), TOPIC)) {
        reader.read(verdict, FleetPlans.PATIENCE);
      }
      assertEquals(figures.acknowledged, verdict.acknowledged());
      assertTrue(verdict.holds(), verdict::toJson);
    }
  }
}
