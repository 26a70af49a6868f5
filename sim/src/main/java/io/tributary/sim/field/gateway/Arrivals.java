package io.tributary.sim.field.gateway;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// What a Kafka client has read at the hub of each adapter, by the header `source` that its readings bear.
final class Arrivals implements AutoCloseable {
  /// Where an adapter answers what it was told to do.
  private static final String COMMAND = "/command";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Arrived> byAdapter = new HashMap<>();
  private long answered;
  private long carriedOut;

  /// Of one adapter.
  static final class Arrived {
    private long readings;
    private long errors;
    private String newest = "";

    long readings() {
      return readings;
    }

    long errors() {
      return errors;
    }

    /// The last one that was no error, in few words; empty when there was none.
    String newest() {
      return newest;
    }

    private void take(@Nullable JsonObject reading, String value) {
      readings++;
      if (reading == null || !reading.has("quality")) {
        newest = value;
      } else if ("good".equals(reading.getString("quality"))) {
        newest =
            "%s %s %s"
                .formatted(
                    reading.getString("source"),
                    JsonWriter.string(reading.get("value")),
                    reading.getString("unit", ""))
                .strip();
      } else {
        errors++;
      }
    }
  }

  Arrivals(String kafka, Collection<String> topics) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, "gateway-watch");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(
        ConsumerConfig.METADATA_MAX_AGE_CONFIG, 1_000); // topics appear with their first reading
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(Pattern.compile(String.join("|", topics)));
  }

  /// Reads on for that time at most.
  void read(Duration time) {
    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(time)) {
      take(each);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> each) {
    Header source = each.headers().lastHeader("source");
    String value = new String(each.value(), StandardCharsets.UTF_8);
    JsonObject reading = parsed(value);
    if (reading != null && reading.getString("source", "").endsWith(COMMAND)) {
      answered++;
      carriedOut += "good".equals(reading.getString("quality")) ? 1 : 0;
    }
    String adapter = source == null ? "" : new String(source.value(), StandardCharsets.UTF_8);
    byAdapter.computeIfAbsent(adapter, name -> new Arrived()).take(reading, value);
  }

  private static @Nullable JsonObject parsed(String value) {
    try {
      return JsonParser.any().withLazyNumbers().from(value) instanceof JsonObject object
          ? object
          : null;
    } catch (JsonParserException e) {
      return null;
    }
  }

  Arrived of(String adapter) {
    return byAdapter.getOrDefault(adapter, new Arrived());
  }

  /// How many commands were answered, whatever the answer.
  long answered() {
    return answered;
  }

  /// How many of them by the device having taken the value.
  long carriedOut() {
    return carriedOut;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
