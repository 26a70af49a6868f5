package io.tributary.sim.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The numbers that a topic to which one edge writes has at the hub, in their order, read with Kafka's own client.
final class HubNumbers {
  private static final Duration POLL = Duration.ofMillis(200);

  private HubNumbers() {}

  /// Reads until all that is expected is there and the end is reached, or nothing has come for a while.
  static List<Long> read(String kafka, String topic, Set<Long> expected, Duration patience) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    List<Long> numbers = new ArrayList<>();
    Set<Long> missing = new HashSet<>(expected);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, patience).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long quietSince = System.nanoTime();
      while (System.nanoTime() - quietSince < patience.toNanos()) {
        var records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> each : records) {
          long number = Long.parseLong(new String(each.value(), StandardCharsets.UTF_8));
          numbers.add(number);
          missing.remove(number);
        }
        if (!records.isEmpty()) {
          quietSince = System.nanoTime();
        } else if (missing.isEmpty() && isAtEnd(consumer, partitions)) {
          break;
        }
      }
    }
    return numbers;
  }

  private static boolean isAtEnd(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
