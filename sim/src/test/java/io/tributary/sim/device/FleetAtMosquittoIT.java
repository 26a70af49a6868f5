package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two hundred devices at a broker that is none of ours, which ends in the middle and starts again.
@Timeout(300)
final class FleetAtMosquittoIT {
  private static final Path BROKER = Path.of("/usr/sbin/mosquitto");
  private static final int DEVICES = 200;
  private static final int BEFORE = 1_500;
  private static final int AFTER = 1_500;

  @TempDir private Path directory;

  private final Map<String, Integer> times = new ConcurrentHashMap<>();
  private InetSocketAddress address;
  private Program mosquitto;

  @BeforeEach
  void start() throws Exception {
    Assumptions.assumeTrue(Files.exists(BROKER), "the package mosquitto is not installed");
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    Path config = directory.resolve("mosquitto.conf");
    Files.writeString(
        config,
        """
        user root
        listener %d 127.0.0.1
        allow_anonymous true
        persistence true
        persistence_location %s/
        max_queued_messages 100000
        """
            .formatted(address.getPort(), directory));
    mosquitto =
        Program.foreign(
            "mosquitto",
            List.of(BROKER.toString(), "-c", config.toString()),
            new HashMap<>(),
            directory.resolve("mosquitto.log"));
    mosquitto.start();
  }

  @AfterEach
  void stop() {
    if (mosquitto != null) {
      mosquitto.close();
    }
  }

  @ParameterizedTest
  @SuppressWarnings("try") // the subscriber is there for its session
  @CsvSource({"1, MQTT_3_1_1", "2, MQTT_3_1_1", "1, MQTT_5", "2, MQTT_5"})
  void whereTheBrokerKeepsItsSessionsNothingIsMissingAndNothingTwiceAtQos2(
      int qos, Protocol protocol) throws Exception {
    try (Subscriber subscriber = new Subscriber(qos)) {
      Path file = directory.resolve("ledger");
      FleetPlan plan = FleetPlans.connected(DEVICES, address, protocol, qos, Set.of());
      RunningFleet fleet = new RunningFleet(plan, file);
      RunningFleet.eventually("readings go in", () -> fleet.acknowledged() > BEFORE);
      RunningFleet.eventually("all are connected", () -> fleet.connected() == DEVICES);
      freezeUnderLoad(fleet);
      // The signal waits for the broker to go on, so that it ends with readings before it that it
      // has not taken.
      mosquitto.signal("TERM");
      mosquitto.signal("CONT");
      mosquitto.await();
      long acknowledged = fleet.acknowledged();
      mosquitto.start();
      RunningFleet.eventually("all are back", () -> fleet.connected() == DEVICES);
      RunningFleet.eventually("it goes on", () -> fleet.acknowledged() > acknowledged + AFTER);
      assertEquals(0, fleet.settle());

      FleetFigures figures = fleet.figures();
      assertEquals(DEVICES, figures.reconnects);
      assertTrue(figures.sentAgain > 0, figures::line);
      assertEquals(0, figures.sentAnew);
      assertEquals(figures.readings, figures.acknowledged);
      judge(Ledger.readAll(file));
    }
  }

  /// All that was acknowledged came; at QoS 2 twice came only what may. At QoS 1 the broker may repeat itself to its subscriber.
  private void judge(List<Ledger> ledgers) {
    for (Ledger ledger : ledgers) {
      for (long seq : ledger.acked().keySet()) {
        String reading = ledger.key() + " " + seq;
        RunningFleet.eventually(reading + " has come", () -> times.containsKey(reading));
        assertTrue(
            times.getOrDefault(reading, 0) == 1 || ledger.qos() == 1 || ledger.mayRepeat(seq),
            () -> reading + " came " + times.get(reading) + " times");
      }
    }
  }

  @Test
  void whereTheBrokerHasLostItsSessionsAllIsSentAsNew() throws Exception {
    Path file = directory.resolve("ledger");
    FleetPlan plan = FleetPlans.connected(DEVICES, address, Protocol.MQTT_5, 2, Set.of());
    RunningFleet fleet = new RunningFleet(plan, file);
    RunningFleet.eventually("readings go in", () -> fleet.acknowledged() > BEFORE);
    freezeUnderLoad(fleet);
    mosquitto.kill();
    Files.deleteIfExists(directory.resolve("mosquitto.db"));
    long acknowledged = fleet.acknowledged();
    mosquitto.start();
    RunningFleet.eventually("it goes on", () -> fleet.acknowledged() > acknowledged + AFTER);
    assertEquals(0, fleet.settle());
    FleetFigures figures = fleet.figures();
    assertTrue(figures.sentAnew > 0, figures::line);
    assertEquals(figures.readings, figures.acknowledged);
    assertEquals(
        figures.acknowledged,
        Ledger.readAll(file).stream().mapToLong(ledger -> ledger.acked().size()).sum());
  }

  private void freezeUnderLoad(RunningFleet fleet) throws Exception {
    mosquitto.signal("STOP");
    RunningFleet.eventually("readings are under way", () -> fleet.underWay() > DEVICES);
  }

  /// Below those that the kernel gives to outgoing connections, so that none takes it between two starts.
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
  }

  /// Counts how often each reading comes; its session is kept, and it comes back by itself.
  private final class Subscriber implements MqttCallback, AutoCloseable {
    private final MqttClient client;

    Subscriber(int qos) throws Exception {
      client =
          new MqttClient(
              "tcp://127.0.0.1:" + address.getPort(), "subscriber", new MemoryPersistence());
      client.setCallback(this);
      MqttConnectOptions options = new MqttConnectOptions();
      options.setCleanSession(false);
      options.setAutomaticReconnect(true);
      mosquitto.awaitUntil("listening", FleetPlans.PATIENCE, () -> connects(options));
      client.subscribe("devices/#", qos);
    }

    private boolean connects(MqttConnectOptions options) {
      try {
        client.connect(options);
        return true;
      } catch (MqttException notYet) {
        return false;
      }
    }

    @Override
    public void connectionLost(Throwable cause) {
      // It comes back by itself.
    }

    @Override
    public void messageArrived(String topic, MqttMessage reading) throws JsonParserException {
      String text = new String(reading.getPayload(), StandardCharsets.UTF_8);
      times.merge(topic + " " + JsonParser.object().from(text).getLong("seq"), 1, Integer::sum);
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // A subscriber publishes nothing.
    }

    @Override
    public void close() throws MqttException {
      client.disconnect();
      client.close();
    }
  }
}
