package io.tributary.sim.oracle;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads a topic from the beginning with Kafka's own client and feeds a [Verdict].
public final class HubReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;

  public HubReader(String bootstrap, String topic) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topic = topic;
  }

  /// Reads until everything that was acknowledged has been seen and the end is reached, or until
  /// nothing new has come for `patience`. What stands at the hub beyond the ledger is read too, so
  /// that a duplicate behind the last reading is found.
  public void read(Verdict verdict, Duration patience) {
    readTopic(verdict, null, patience);
  }

  /// As above, where the verdict spans several topics and only one device writes to this one.
  ///
  /// @param of the device's key; null for all
  public void readTopic(Verdict verdict, @Nullable String of, Duration patience) {
    List<TopicPartition> partitions = assign(patience);
    long quietSince = System.nanoTime();
    while (System.nanoTime() - quietSince < patience.toNanos()) {
      var records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> each : records) {
        take(verdict, each);
      }
      if (!records.isEmpty()) {
        quietSince = System.nanoTime();
      } else if (verdict.isComplete(of) && atEnd(partitions)) {
        return;
      }
    }
  }

  private boolean atEnd(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }

  private List<TopicPartition> assign(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<TopicPartition> partitions = new ArrayList<>();
    do {
      try {
        for (PartitionInfo each : consumer.partitionsFor(topic, Duration.ofSeconds(2))) {
          partitions.add(new TopicPartition(topic, each.partition()));
        }
      } catch (TimeoutException | UnknownTopicOrPartitionException | InvalidTopicException e) {
        // The hub is away, or the topic not yet born: asked again until the patience ends.
        partitions.clear();
      }
    } while (partitions.isEmpty() && System.nanoTime() < deadline && pause());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void take(Verdict verdict, ConsumerRecord<byte[], byte[]> each) {
    String value = text(each.value());
    String place = each.topic() + "-" + each.partition() + "@" + each.offset();
    long seq = -1;
    long ts = Long.MIN_VALUE;
    try {
      JsonObject object = JsonParser.object().from(value);
      seq = object.getLong("seq", -1);
      ts = object.getLong("ts", Long.MIN_VALUE);
    } catch (JsonParserException e) {
      // Not a reading of a simulated device: the verdict counts it by its key.
      place += " (no JSON)";
    }
    verdict.record(text(each.key()), value, seq, ts, each.timestamp(), place);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
