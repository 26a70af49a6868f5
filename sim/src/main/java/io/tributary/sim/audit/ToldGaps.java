package io.tributary.sim.audit;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What the topic `_gaps` tells, as any Kafka client reads it.
final class ToldGaps {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TOPIC = "_gaps";
  private static final int API_TIMEOUT_MS = 20_000;

  private ToldGaps() {}

  /// All Gaps of damage, as often as they are told. A Gap for another reason has that for its kind.
  static List<Range> read(String bootstrap) throws IOException {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
    List<Range> told = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      if (!consumer.listTopics().containsKey(TOPIC)) {
        return told;
      }
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(p -> new TopicPartition(TOPIC, p.partition()))
              .toList();
      consumer.assign(partitions);
      var ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() > deadlineNanos) {
          throw new IOException("a Kafka client does not come to the end of " + TOPIC);
        }
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          told.add(range(new String(each.value(), StandardCharsets.UTF_8)));
        }
      }
    }
    return told;
  }

  private static Range range(String value) throws IOException {
    try {
      JsonObject gap = JsonParser.object().from(value);
      String reason = gap.getString("reason", "");
      return new Range(
          gap.getString("topic", ""),
          reason.equals("corrupt") ? Range.ABSENT : reason,
          gap.getLong("from"),
          gap.getLong("to"));
    } catch (JsonParserException e) {
      throw new IOException(TOPIC + " holds " + value, e);
    }
  }
}
