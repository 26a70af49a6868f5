package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;

/// A gateway as it is shipped, between two brokers of a plant: it bridges the one with Paho and the other with the HiveMQ client,
/// publishes to the second what came from the first, and mirrors both to a hub.
final class BridgedEdgeIT {
  private static final int PART = 300;

  private final Line eastLine = new Line("east");
  private final Line westLine = new Line("west");

  /// What the publisher brought to the western broker.
  private final List<String> broughtWest = Collections.synchronizedList(new ArrayList<>());

  @Test
  void eachBrokersMessagesAreAtTheHubOnceAndInOrderThroughTheEndsOfOthers() throws Exception {
    try (Plant plant = new Plant("tributary-bridged-", List.of("gateway"))) {
      String eastAddress = plant.freeAddress();
      Program east = broker(plant, "east-broker", eastAddress);
      String westAddress = plant.freeAddress();
      broker(plant, "west-broker", westAddress);
      Plant.Hub hub = plant.hub("topics: {east: {partitions: 1}, west: {partitions: 1}}");
      Plant.Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, "gateway", hub.mirror())
                  .mapping("{filter: unused, topic: unused}")
                  .more(adapters(eastAddress, westAddress)));
      start(edge);
      try (MqttClient listener = client(westAddress, "listener")) {
        IMqttMessageListener note =
            (topic, message) -> broughtWest.add(topic + " " + text(message.getPayload()));
        listener.subscribe("from-east/#", 1, note);
        eastLine.publish(eastAddress);
        westLine.publish(westAddress);

        edge.program().kill();
        eastLine.publish(eastAddress);
        westLine.publish(westAddress);
        start(edge);
        eastLine.awaitAtHub(hub);

        east.terminate();
        westLine.publish(westAddress);
        westLine.awaitAtHub(hub);
        edge.program()
            .awaitUntil(
                "east is away",
                Readings.PATIENCE,
                () -> state(edge, "east").startsWith("not connected"));
        assertEquals("ok", status(edge).getString("health"));

        startBroker(east, eastAddress);
        eastLine.publish(eastAddress);
        eastLine.awaitAtHub(hub);
        await(edge, "all came west", () -> broughtWest.containsAll(eastLine.broughtWest()));
        listener.disconnect();
      }
      assertEquals(eastLine.sent, eastLine.atHub(hub));
      assertEquals(westLine.sent, westLine.atHub(hub));
      // At least once: the edge was killed. The first of each is in order.
      Set<String> firsts = new LinkedHashSet<>(broughtWest);
      assertEquals(eastLine.broughtWest(), List.copyOf(firsts));
      edge.program().terminate();
    }
  }

  /// A machine that sends to one broker at QoS 2.
  private static final class Line {
    private final String name;
    private final List<String> sent = new ArrayList<>();

    Line(String name) {
      this.name = name;
    }

    void publish(String address) throws MqttException {
      try (MqttClient machine = client(address, "machine")) {
        for (int i = 0; i < PART; i++) {
          String value = name + " " + sent.size();
          machine.publish("line/m1", value.getBytes(StandardCharsets.UTF_8), 2, false);
          sent.add(value);
        }
        machine.disconnect();
      }
    }

    void awaitAtHub(Plant.Hub hub) {
      assertTrue(atHub(hub).containsAll(sent));
    }

    List<String> atHub(Plant.Hub hub) {
      try (KafkaConsumer<String, String> consumer = Readings.consumer(hub, name)) {
        return Readings.read(consumer, sent.size());
      }
    }

    List<String> broughtWest() {
      return sent.stream().map(value -> "from-" + name + "/line/m1 " + value).toList();
    }
  }

  private static String adapters(String eastAddress, String westAddress) {
    return """
      east:
        type: mqtt-bridge
        address: %1$s
        client-id: gateway
        subscriptions: [{filter: "line/#", qos: 2}]
        mappings: [{filter: "line/#", topic: east}]
      west:
        type: mqtt-bridge
        address: %2$s
        client: hivemq
        client-id: gateway
        subscriptions: [{filter: "line/#", qos: 2}]
        mappings: [{filter: "line/#", topic: west}]
      to-west:
        type: mqtt-publisher
        address: %2$s
        client-id: gateway-out
        publications: [{topic: east, to: "from-{topic}/{key}", qos: 1}]
    """
        .formatted(eastAddress, westAddress);
  }

  private static Program broker(Plant plant, String name, String address)
      throws IOException, InterruptedException {
    Program broker =
        Mosquitto.of(
            plant,
            name,
            address,
            """
            persistence true
            persistence_location %s/
            persistence_file %s.db
            max_queued_messages 0
            """
                .formatted(plant.directory(), name));
    startBroker(broker, address);
    return broker;
  }

  private static void startBroker(Program broker, String address)
      throws IOException, InterruptedException {
    broker.start();
    Mosquitto.awaitListening(broker, address);
  }

  private static void start(Plant.Edge edge) throws Exception {
    edge.program().start();
    await(edge, "ready", () -> Plant.status(edge.http()) != null);
    for (String bridge : List.of("east", "west")) {
      await(edge, bridge, () -> state(edge, bridge).startsWith("receiving from"));
    }
  }

  private static void await(Plant.Edge edge, String what, BooleanSupplier holds) throws Exception {
    edge.program().awaitUntil(what, Readings.PATIENCE, holds);
  }

  private static JsonObject status(Plant.Edge edge) {
    JsonObject status = Plant.status(edge.http());
    return status == null ? new JsonObject() : status;
  }

  private static String state(Plant.Edge edge, String adapter) {
    JsonObject one = Plant.adapter(edge.http(), adapter);
    return one == null ? "" : String.valueOf(one.getString("state"));
  }

  private static MqttClient client(String address, String id) throws MqttException {
    MqttClient client = new MqttClient("tcp://" + address, id, new MemoryPersistence());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMaxInflight(PART); // Paho still counts what it has just had the answer for
    client.connect(options);
    return client;
  }

  private static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
