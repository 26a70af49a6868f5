package io.tributary.sim.field;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The values of a topic, read from its beginning by Kafka's own client.
public final class TopicValues {
  private static final Duration POLL = Duration.ofMillis(200);

  private TopicValues() {}

  /// Reads until there are so many, and the end is reached, or nothing new has come for `patience`.
  public static List<String> read(String bootstrap, String topic, long count, Duration patience) {
    return readTimed(bootstrap, topic, count, patience).stream().map(Timed::value).toList();
  }

  /// A value, and its record's timestamp in milliseconds since 1970.
  public record Timed(long timestampMs, String value) {}

  /// As {@link #read}.
  public static List<Timed> readTimed(
      String bootstrap, String topic, long count, Duration patience) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    List<Timed> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (PartitionInfo each : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, each.partition()));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long quietSince = System.nanoTime();
      boolean hadMore = true;
      while ((values.size() < count || hadMore)
          && System.nanoTime() - quietSince < patience.toNanos()) {
        var records = consumer.poll(POLL);
        hadMore = !records.isEmpty();
        records.forEach(each ->
            values.add(
                new Timed(each.timestamp(), new String(each.value(), StandardCharsets.UTF_8))));
        quietSince = hadMore ? System.nanoTime() : quietSince;
      }
    }
    return values;
  }
}
