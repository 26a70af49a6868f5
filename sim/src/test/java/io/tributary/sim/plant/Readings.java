package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Numbered readings of one topic: published over MQTT with QoS 1, read by Kafka's consumer.
final class Readings {
  static final String TOPIC = "plant";
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long POLL_NANOS = 50_000_000L;

  private final List<String> published = new ArrayList<>();

  /// All that were acknowledged, in order.
  List<String> published() {
    return published;
  }

  void publish(Plant.Edge edge, int count) throws Exception {
    try (MqttClient device =
        new MqttClient("tcp://" + edge.mqtt(), "device", new MemoryPersistence())) {
      connect(device);
      for (int i = 0; i < count; i++) {
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

  static KafkaConsumer<String, String> consumer(Plant.Hub hub) {
    return consumer(hub, TOPIC);
  }

  /// At the begin of the topic's only partition.
  static KafkaConsumer<String, String> consumer(Plant.Hub hub, String topic) {
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
    consumer.assign(List.of(new TopicPartition(topic, 0)));
    return consumer;
  }

  /// By a consumer that has seen nothing yet, until it has so many; the topic may not be there yet.
  static List<String> readAnew(Plant.Hub hub, int count) {
    try (KafkaConsumer<String, String> consumer = consumer(hub)) {
      return read(consumer, count);
    }
  }

  /// So many at least, and what came with them.
  static List<String> read(KafkaConsumer<String, String> consumer, int count) {
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
}
