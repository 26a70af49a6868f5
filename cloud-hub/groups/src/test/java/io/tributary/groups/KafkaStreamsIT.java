package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.FileDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kafka Streams counts words on the hub: its group, its repartition topic and its compacted changelog lie there.
@Timeout(240)
final class KafkaStreamsIT {
  private static final int PARTITIONS = 4;
  private static final String APPLICATION = "word-count";

  /// Few enough that each is counted by several parts of the test.
  private static final int WORDS = 97;

  private static final int WORDS_A_LINE = 5;

  /// The bound of each wait for the counts.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path data;
  private RealHub hub;
  private final Map<String, Long> expected = new TreeMap<>();
  private int lines;

  @BeforeEach
  void start() throws Exception {
    hub = new RealHub(new FileDisk(data.resolve("hub")));
    hub.create("lines", PARTITIONS);
    hub.create("counts", PARTITIONS);
  }

  @AfterEach
  void end() {
    hub.close();
  }

  /// The counts are exact although Streams promises no more than "at least once": it is always closed in order, and
  /// keeps its partitions while the hub is away.
  @Test
  void countsGoOnAfterTheHubAndAfterItsOwnStateIsLost() throws Exception {
    try (KafkaStreams streams = streams("first")) {
      write(2_000);
      awaitCounts();
      write(1_000); // being counted while the hub goes away
      hub.stop();
      hub.start();
      write(1_000);
      awaitCounts();
      closeInOrder(streams);
    }
    assertEquals(expected, counts());
    try (KafkaStreams streams = streams("second")) { // knows only what its changelog tells it
      write(1_000);
      awaitCounts();
      closeInOrder(streams);
    }
    assertEquals(expected, counts());
    try (Admin admin = hub.admin()) {
      Set<String> topics = admin.listTopics().names().get();
      assertTrue(topics.contains(APPLICATION + "-words-repartition"), topics::toString);
      assertTrue(topics.contains(APPLICATION + "-counted-changelog"), topics::toString);
    }
  }

  private KafkaStreams streams(String stateFolder) {
    Properties settings = new Properties();
    settings.putAll(hub.clients(Map.of()));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, data.resolve(stateFolder).toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    settings.put(
        StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
        BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
    settings.put("auto.offset.reset", "earliest");
    KafkaStreams streams = new KafkaStreams(topology(), settings);
    streams.start();
    return streams;
  }

  /// It says goodbye to its group, so that whoever comes next need not wait for its session to end.
  private static void closeInOrder(KafkaStreams streams) {
    assertEquals(KafkaStreams.State.RUNNING, streams.state());
    assertTrue(
        streams.close(
            CloseOptions.timeout(PATIENCE)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)));
  }

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.<String, String>stream("lines")
        .flatMapValues(line -> Arrays.asList(line.split(" ")))
        .groupBy((key, word) -> word, Grouped.as("words"))
        .count(Materialized.as("counted"))
        .toStream()
        .to("counts", Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  /// Writes that many lines more, and counts their words here too.
  private void write(int count) {
    try (var producer =
        new KafkaProducer<>(
            hub.clients(Map.of()), new StringSerializer(), new StringSerializer())) {
      for (int end = lines + count; lines < end; lines++) {
        int line = lines;
        List<String> words =
            IntStream.range(0, WORDS_A_LINE)
                .mapToObj(i -> "word-" + (line * (i + 1L) + i) % WORDS)
                .toList();
        words.forEach(word -> expected.merge(word, 1L, Long::sum));
        var unused =
            producer.send(
                new ProducerRecord<>("lines", line % PARTITIONS, null, String.join(" ", words)));
      }
      producer.flush();
    }
  }

  private void awaitCounts() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Map<String, Long> counts = counts();
    while (!counts.equals(expected) && System.nanoTime() < end) {
      counts = counts();
    }
    assertEquals(expected, counts);
  }

  /// The newest count of each word, as the topic has it now.
  private Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    try (var consumer =
        new KafkaConsumer<>(
            hub.clients(Map.of()), new StringDeserializer(), new LongDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition("counts", i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<String, Long> count : consumer.poll(Duration.ofMillis(100))) {
          counts.put(count.key(), count.value());
        }
      }
    }
    return counts;
  }
}
