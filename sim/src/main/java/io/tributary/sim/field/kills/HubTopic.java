package io.tributary.sim.field.kills;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A topic of one partition to which one edge writes, read at the hub from its beginning by Kafka's own client. Its offsets are those
/// that the edge gave, so they must count from 0 without a hole.
final class HubTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ASKED = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<String> values;
  private long end;
  private long holes;

  /// @param values takes each value, in order
  HubTopic(String kafka, String topic, Consumer<String> values) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.values = values;
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, ASKED).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// Reads on for a moment.
  void read() {
    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
      holes += each.offset() == end ? 0 : 1;
      end = each.offset() + 1;
      values.accept(new String(each.value(), StandardCharsets.UTF_8));
    }
  }

  /// Behind the last offset that was read.
  long end() {
    return end;
  }

  /// How often an offset was not the one behind the last.
  long holes() {
    return holes;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
