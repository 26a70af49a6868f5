package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A hub, an edge, a device and Kafka's own clients: the topic is deleted by the command and by AdminClient, while the
/// edge is connected and while it is not, and comes back with what the edge holds.
@Timeout(300)
class TopicDeletionIT {
  private static final String TOPIC = "plant";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_NANOS = 50_000_000L;
  private static final int READINGS = 20;

  private final List<String> published = new ArrayList<>();

  @Test
  void aDeletedTopicComesBackWithWhatTheEdgeHolds() throws Exception {
    Clients reading = new Clients();
    try (Plant plant = new Plant("tributary-deletion-", List.of("press-7"))) {
      Plant.Hub hub = plant.hub("topics: {plant: {partitions: 1}}\nauto-create: false");
      Plant.Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, "press-7", hub.mirror()).mapping("{filter: \"#\", topic: plant}"));
      edge.program().start();
      plant.awaitReady(edge);
      publish(edge);
      try (KafkaConsumer<String, String> consumer = reading.consumer(hub)) {
        assertEquals(published, read(consumer, READINGS));
        String first = reading.topicId(hub);

        assertEquals(0, delete(plant, hub));
        publish(edge);
        List<String> all = readAnew(reading, hub, 2 * READINGS);
        assertEquals(published, all);
        assertNotEquals(first, reading.topicId(hub));
        // The consumer was at the end of the deleted one. It goes on there in the new one, or from
        // the begin.
        List<String> further = read(consumer, READINGS);
        int from = published.indexOf(further.getFirst());
        assertTrue(from == READINGS || from == 0, further::toString);
        assertEquals(published.subList(from, from + further.size()), further);
      }

      edge.program().kill();
      reading.delete(hub, TOPIC);
      edge.program().start();
      plant.awaitReady(edge);
      publish(edge);
      assertEquals(published, readAnew(reading, hub, 3 * READINGS));

      ExecutionException reserved = assertFails(() -> reading.delete(hub, "_gaps"));
      assertInstanceOf(InvalidTopicException.class, reserved.getCause());
      ExecutionException unknown = assertFails(() -> reading.delete(hub, "nobody"));
      assertInstanceOf(UnknownTopicOrPartitionException.class, unknown.getCause());
    }
  }

  private interface Deed {
    void run() throws Exception;
  }

  private static ExecutionException assertFails(Deed deed) throws Exception {
    try {
      deed.run();
    } catch (ExecutionException expected) {
      return expected;
    }
    throw new AssertionError("it went well");
  }

  private void publish(Plant.Edge edge) throws Exception {
    try (MqttClient device =
        new MqttClient("tcp://" + edge.mqtt(), "device", new MemoryPersistence())) {
      connect(device);
      for (int i = 0; i < READINGS; i++) {
        String value = "reading " + published.size();
        device.publish("plant/a", value.getBytes(StandardCharsets.UTF_8), 1, false);
        published.add(value);
      }
      device.disconnect();
    }
  }

  /// An edge answers over HTTP a moment before it listens to devices.
  private static void connect(MqttClient device) throws Exception {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!device.isConnected()) {
      try {
        device.connect();
      } catch (MqttException refused) {
        if (System.nanoTime() > deadlineNanos) {
          throw refused;
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  /// The command, as a person starts it.
  private static int delete(Plant plant, Plant.Hub hub) throws Exception {
    try (Program command =
        plant.program(
            "delete", Map.of(), "topic", "delete", TOPIC, "--http", hub.http(), "--yes")) {
      command.start();
      assertTrue(command.await(PATIENCE), "the command does not end");
      return command.exitStatus();
    }
  }

  /// By a consumer that has seen nothing yet, until it has so many; the topic may not be there yet.
  private static List<String> readAnew(Clients reading, Plant.Hub hub, int count) {
    try (KafkaConsumer<String, String> consumer = reading.consumer(hub)) {
      return read(consumer, count);
    }
  }

  private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (values.size() < count) {
      assertFalse(System.nanoTime() > deadlineNanos, () -> "only " + values);
      for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
        values.add(each.value());
      }
    }
    return values;
  }

  /// Kafka's clients.
  private static final class Clients {
    KafkaConsumer<String, String> consumer(Plant.Hub hub) {
      KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(
              Map.of(
                  ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  hub.kafka(),
                  ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                  false,
                  ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                  500,
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "earliest"),
              new StringDeserializer(),
              new StringDeserializer());
      consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
      return consumer;
    }

    private Admin admin(Plant.Hub hub) {
      return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, hub.kafka()));
    }

    void delete(Plant.Hub hub, String topic) throws Exception {
      try (Admin admin = admin(hub)) {
        admin.deleteTopics(List.of(topic)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }

    String topicId(Plant.Hub hub) throws Exception {
      try (Admin admin = admin(hub)) {
        return admin
            .describeTopics(List.of(TOPIC))
            .allTopicNames()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .get(TOPIC)
            .topicId()
            .toString();
      }
    }
  }
}
