package io.tributary.sim.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Counts what a Kafka client reads of a benchmark's topic.
final class ReadBack {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int QUIET_POLLS = 20;

  private ReadBack() {}

  /// How many records carry the numbers from 0 on without a hole, a double or a step back; stops
  /// counting at the first that is out of turn.
  static long count(String bootstrap, String topic, long expected) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer
          .partitionsFor(topic)
          .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
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
}
