package io.tributary.sim.bench;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Counts what a Kafka client reads of a benchmark's topic.
final class ReadBack {
  private static final Duration POLL = Duration.ofMillis(500);

  /// Longer than a hub lets a reader wait before what may still be healed.
  private static final int QUIET_POLLS = 180;

  private static final String GAPS = "_gaps";

  private ReadBack() {}

  /// How many records carry the numbers from 0 on without a hole, a double or a step back; stops
  /// counting at the first that is out of turn.
  static long count(String bootstrap, String topic, long expected) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap)) {
      assign(consumer, List.of(topic));
      long next = 0;
      for (int quiet = 0; quiet < QUIET_POLLS && next < expected; quiet++) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          if (ByteBuffer.wrap(each.value()).getLong() != next) {
            return next;
          }
          next++;
          quiet = 0;
        }
      }
      return next;
    }
  }

  /// Enters everything that some topics hold into the book.
  ///
  /// @return how many records were read
  static long all(String bootstrap, List<String> topics, NumberedReadings book) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap)) {
      List<TopicPartition> partitions = assign(consumer, topics);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long records = 0;
      int quiet = 0;
      while (quiet < QUIET_POLLS
          && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        quiet++;
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          book.read(NumberedReadings.numberOf(each.value()));
          records++;
          quiet = 0;
        }
      }
      return records;
    }
  }

  /// How many readings the hub tells of as lost, by a reason.
  static long toldAsGaps(String bootstrap, String reason) throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap)) {
      List<TopicPartition> partitions = assign(consumer, List.of(GAPS));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long told = 0;
      int quiet = 0;
      while (quiet < QUIET_POLLS
          && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        quiet++;
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          JsonObject gap =
              JsonParser.object().from(new String(each.value(), StandardCharsets.UTF_8));
          told += gap.getString("reason", "").equals(reason) ? gap.getLong("count") : 0;
          quiet = 0;
        }
      }
      return told;
    } catch (JsonParserException e) {
      throw new IOException("a record of " + GAPS + " is no JSON", e);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> assign(
      KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }
}
