package io.tributary.sim.lte;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads a topic as it comes in at the hub, and notes how long each reading was under way: from the time
/// that the device gave it, or that there was a way, to the time that a Kafka client had it. Both clocks
/// are this machine's.
final class ArrivalWatch {
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
  private final String topic;
  private final long openedAtMs;
  private @Nullable Thread thread;
  private volatile boolean over;
  private volatile long lastAtMs;

  /// @param openedAtMs when the link came up: what was published before has waited for nothing else
  ArrivalWatch(String topic, long openedAtMs) {
    this.topic = topic;
    this.openedAtMs = openedAtMs;
  }

  void start(String bootstrap) {
    thread = Thread.ofPlatform().daemon().name("watch-" + topic).start(() -> read(bootstrap));
  }

  void stop() throws InterruptedException {
    over = true;
    if (thread != null) {
      thread.join();
    }
  }

  int count() {
    return millis.size();
  }

  /// So many of a hundred took no longer.
  long percentile(int percent) {
    List<Long> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100);
  }

  long most() {
    return percentile(100);
  }

  /// When the last one had come, counted from when the link came up.
  long lastAfterMs() {
    return Math.max(0, lastAtMs - openedAtMs);
  }

  private void read(String bootstrap) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      while (!over && !consumer.listTopics().containsKey(topic)) {
        Thread.sleep(POLL);
      }
      if (over) {
        return;
      }
      List<TopicPartition> partitions = new ArrayList<>();
      consumer
          .partitionsFor(topic)
          .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!over) {
        consumer.poll(POLL).forEach(each -> arrived(each.value()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void arrived(byte[] value) {
    lastAtMs = System.currentTimeMillis();
    millis.add(lastAtMs - Math.max(openedAtMs, timestamp(value)));
  }

  private static long timestamp(byte[] value) {
    try {
      return JsonParser.object().from(new String(value, StandardCharsets.UTF_8)).getLong("ts");
    } catch (JsonParserException e) {
      throw new IllegalStateException("a reading that no device sent", e);
    }
  }
}
