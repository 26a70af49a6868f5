package io.tributary.sim.guests;

import io.tributary.record.Header;
import io.tributary.record.Record;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads topics of one partition at a hub, from their beginning, with Kafka's own client.
final class TopicAtHub {
  private static final Duration POLL = Duration.ofMillis(200);

  private TopicAtHub() {}

  /// All that it has; waits for what is still on its way.
  ///
  /// @param due how many records are waited for
  /// @throws IOException when its offsets do not count from 0 without a hole
  static List<Record> read(String kafka, String topic, int due, Duration patience)
      throws IOException {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka, "allow.auto.create.topics", "false");
    List<Record> records = new ArrayList<>();
    List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long untilNanos = System.nanoTime() + patience.toNanos();
      while (records.size() < consumer.endOffsets(partition).getOrDefault(partition.get(0), 0L)
          || (records.size() < due && System.nanoTime() < untilNanos)) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          if (each.offset() != records.size()) {
            throw new IOException(
                "%s: offset %d follows %d records".formatted(topic, each.offset(), records.size()));
          }
          records.add(record(each));
        }
      }
    }
    return records;
  }

  private static Record record(ConsumerRecord<byte[], byte[]> read) {
    List<Header> headers = new ArrayList<>();
    read.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
    return new Record(read.timestamp(), read.key(), read.value(), headers);
  }
}
