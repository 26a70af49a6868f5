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

/// Reads alarms as they come in at the hub, and notes how long each was under way: from the time
/// that the device gave it to the time that a Kafka client had it. Both clocks are this machine's.
final class AlarmWatch {
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
  private @Nullable Thread thread;
  private volatile boolean over;

  void start(String bootstrap, String topic) {
    thread = Thread.ofPlatform().daemon().name("alarm-watch").start(() -> read(bootstrap, topic));
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

  long middle() {
    List<Long> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  long most() {
    return count() == 0 ? 0 : Collections.max(millis);
  }

  private void read(String bootstrap, String topic) {
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
        consumer
            .poll(POLL)
            .forEach(each -> millis.add(System.currentTimeMillis() - timestamp(each.value())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long timestamp(byte[] value) {
    try {
      return JsonParser.object().from(new String(value, StandardCharsets.UTF_8)).getLong("ts");
    } catch (JsonParserException e) {
      throw new IllegalStateException("an alarm that no device sent", e);
    }
  }
}
