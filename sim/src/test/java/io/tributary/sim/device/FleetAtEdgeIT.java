package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.signal.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Two hundred devices with all faults at an edge that is killed: at the hub is what was acknowledged, and nothing twice at QoS 2.
@Timeout(300)
final class FleetAtEdgeIT {
  private static final String EDGE = "fleet-edge";
  private static final String TOPIC = "fleet";
  private static final int DEVICES = 200;
  private static final int BEFORE = 3_000;
  private static final int AFTER = 3_000;
  private static final Duration JUDGED_WITHIN = Duration.ofSeconds(30);

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
      judge(fleet, file, hub);
    }
  }

  /// The edge still waits for the PUBREL of packet 1, and takes what comes under that id for the reading of before.
  @ParameterizedTest
  @EnumSource(Protocol.class)
  void aSessionThatAnEarlierProcessLeftSwallowsNothing(Protocol protocol) throws Exception {
    try (Plant plant = new Plant("tributary-fleet-", List.of(EDGE))) {
      Plant.Hub hub = plant.hub("");
      Plant.Edge edge = plant.edge(EDGE, hub.mirror(), TOPIC, "");
      InetSocketAddress address = Plant.address(edge.mqtt());
      leaveOpen(address, protocol);
      Path file = plant.directory().resolve("ledger");
      RunningFleet fleet =
          new RunningFleet(FleetPlans.connected(1, address, protocol, 2, Set.of()), file);
      RunningFleet.eventually("readings go in", () -> fleet.acknowledged() > 3);
      assertEquals(0, fleet.settle());
      judge(fleet, file, hub);
    }
  }

  private static void judge(RunningFleet fleet, Path ledger, Plant.Hub hub) throws IOException {
    Verdict verdict = new Verdict(Ledger.readAll(ledger));
    try (HubReader reader = new HubReader(hub.kafka(), TOPIC)) {
      reader.read(verdict, JUDGED_WITHIN);
    }
    assertEquals(fleet.figures().acknowledged, verdict.acknowledged());
    assertTrue(verdict.holds(), verdict::toJson);
  }

  private static void leaveOpen(InetSocketAddress address, Protocol protocol) throws IOException {
    Outbox out = new Outbox();
    MqttWire.connect(
        out, new MqttWire.Connect(protocol, "sim-d00001", false, 60, null, null, null, ""));
    byte[] topic = MqttWire.utf8("other");
    byte[] reading = MqttWire.utf8("{\"ts\":1,\"seq\":0}");
    MqttWire.publish(out, protocol, topic, 2, false, 1, reading);
    try (SocketChannel channel = dial(address)) {
      out.drainTo(channel);
      ByteBuffer answers = ByteBuffer.allocate(256);
      int connackBytes;
      do {
        assertTrue(channel.read(answers) > 0, "the edge answers");
        connackBytes = answers.position() < 2 ? 2 : 2 + answers.get(1);
      } while (answers.position() < connackBytes + 4); // CONNACK and PUBREC
    }
  }

  /// An edge answers over HTTP a moment before it listens to devices.
  private static SocketChannel dial(InetSocketAddress address) {
    AtomicReference<SocketChannel> dialled = new AtomicReference<>();
    RunningFleet.eventually(
        "the edge listens",
        () -> {
          try {
            dialled.set(SocketChannel.open(address));
            return true;
          } catch (IOException notYet) {
            return false;
          }
        });
    return dialled.get();
  }
}
