package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.RecordRefused;
import io.tributary.store.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's own Java clients read through the front.
@Timeout(20)
class KafkaClientsTest {
  private static final long PRESS = 7;
  private static final long OVEN = 8;
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path directory;
  private Hub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new Hub(directory);
  }

  @AfterEach
  void stop() {
    hub.close();
    assertEquals(0, hub.store.open.get(), "batches that nobody closed");
    assertEquals(0, hub.store.subscriptions.get(), "subscriptions that nobody closed");
  }

  @Test
  void readsEveryRecordOfInterleavedStreamsInOrder() throws RecordRefused {
    hub.topic("temperature", new Layout.Partitions(2));
    for (int i = 0; i < 50; i++) {
      hub.put("temperature", 0, PRESS, i * 10L, 10);
      hub.put("temperature", 0, OVEN, i * 10L, 10, Compression.gzip());
    }
    TopicPartition partition = new TopicPartition("temperature", 0);
    try (var consumer = consumer(Map.of())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<ConsumerRecord<String, String>> records = read(consumer, 1_000);
      assertEquals(
          LongStream.range(0, 1_000).boxed().toList(),
          records.stream().map(ConsumerRecord::offset).toList());
      for (String edge : List.of("edge-7", "edge-8")) {
        List<ConsumerRecord<String, String>> ofEdge =
            records.stream().filter(r -> edge.equals(edge(r))).toList();
        assertEquals(500, ofEdge.size());
        for (int i = 0; i < 500; i++) {
          assertEquals("value-" + i, ofEdge.get(i).value());
          assertEquals("key-" + i, ofEdge.get(i).key());
          assertEquals(Hub.timestampMs(i), ofEdge.get(i).timestamp());
        }
      }
    }
  }

  @Test
  void skipsGapsInBothLayouts() throws RecordRefused {
    hub.topic("per-edge", new Layout.PerEdge(1));
    hub.put("per-edge", 0, PRESS, 0, 10);
    hub.putGap("per-edge", 0, PRESS, 10, 1_000_010, 1_000_000);
    hub.put("per-edge", 0, PRESS, 1_000_010, 10);
    hub.topic("shared", new Layout.Partitions(1));
    hub.put("shared", 0, PRESS, 0, 10);
    hub.putGap("shared", 0, PRESS, 10, 1_000_010, 1);
    hub.put("shared", 0, PRESS, 1_000_010, 10);

    for (String isolation : List.of("read_uncommitted", "read_committed")) {
      try (var consumer = consumer(Map.of("isolation.level", isolation))) {
        TopicPartition partition = new TopicPartition("per-edge", 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        List<Long> offsets = read(consumer, 20).stream().map(ConsumerRecord::offset).toList();
        assertEquals(
            LongStream.concat(LongStream.range(0, 10), LongStream.range(1_000_010, 1_000_020))
                .boxed()
                .toList(),
            offsets);
        consumer.seek(partition, 500_000); // in the middle of the hole
        assertEquals(1_000_010, read(consumer, 10).getFirst().offset());

        partition = new TopicPartition("shared", 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        List<ConsumerRecord<String, String>> records = read(consumer, 20);
        assertEquals(11, records.get(10).offset());
        assertEquals("value-1000010", records.get(10).value());
      }
    }
  }

  @Test
  void startsAtTheEndByTimeOrAtAnOffset() throws RecordRefused {
    hub.topic("t", new Layout.Partitions(1));
    hub.put("t", 0, PRESS, 0, 100);
    TopicPartition partition = new TopicPartition("t", 0);
    try (var consumer = consumer(Map.of())) {
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      assertEquals(100, consumer.position(partition));
      hub.put("t", 0, PRESS, 100, 1);
      assertEquals("value-100", read(consumer, 1).getFirst().value());

      OffsetAndTimestamp found =
          consumer.offsetsForTimes(Map.of(partition, Hub.timestampMs(42))).get(partition);
      assertEquals(42, found.offset());
      assertEquals(Hub.timestampMs(42), found.timestamp());
      assertNull(consumer.offsetsForTimes(Map.of(partition, Hub.timestampMs(101))).get(partition));
      consumer.seek(partition, 57);
      assertEquals("value-57", read(consumer, 44).getFirst().value());
      assertEquals(Map.of(partition, 0L), consumer.beginningOffsets(List.of(partition)));
      assertEquals(Map.of(partition, 101L), consumer.endOffsets(List.of(partition)));
    }
  }

  @Test
  void refusesOffsetsThatAreNotThere() throws RecordRefused {
    hub.topic("t", new Layout.Partitions(1));
    hub.put("t", 0, PRESS, 0, 10);
    hub.put("t", 0, PRESS, 10, 10);
    hub.store.file("t", 0).startAt(10);
    TopicPartition partition = new TopicPartition("t", 0);
    for (long offset : List.of(9L, 21L)) {
      try (var consumer = consumer(Map.of("auto.offset.reset", "none"))) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        var refused = assertThrows(OffsetOutOfRangeException.class, () -> read(consumer, 1));
        assertEquals(Map.of(partition, offset), refused.offsetOutOfRangePartitions());
      }
    }
    try (var consumer = consumer(Map.of("auto.offset.reset", "earliest"))) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 9);
      assertEquals(10, read(consumer, 10).getFirst().offset());
    }
  }

  @Test
  void readsManyPartitionsThoughEachAnswerIsSmall() throws RecordRefused {
    hub.topic("t", new Layout.Partitions(8));
    List<TopicPartition> partitions = new ArrayList<>();
    for (int p = 0; p < 8; p++) {
      partitions.add(new TopicPartition("t", p));
      for (int i = 0; i < 20; i++) {
        hub.put("t", p, PRESS + p, i * 10L, 10);
      }
    }
    Map<String, Object> small = Map.of("fetch.max.bytes", 900, "max.partition.fetch.bytes", 100);
    try (var consumer = consumer(small)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<Integer, Long> next = new HashMap<>();
      for (ConsumerRecord<String, String> record : read(consumer, 1_600)) {
        assertEquals(next.getOrDefault(record.partition(), 0L), record.offset());
        next.put(record.partition(), record.offset() + 1);
      }
    }
  }

  private static List<Node> leaders(TopicDescription topic) {
    return topic.partitions().stream().map(TopicPartitionInfo::leader).toList();
  }

  @Test
  void adminSeesTopicsOffsetsAndSettings() throws Exception {
    hub.topic("t", new Layout.Partitions(3));
    hub.topic("edges", new Layout.PerEdge(2));
    hub.put("t", 1, PRESS, 0, 10);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", hub.address()))) {
      assertEquals(Set.of("t", "edges"), admin.listTopics().names().get());
      var described = admin.describeTopics(List.of("t")).allTopicNames().get().get("t");
      assertEquals(3, described.partitions().size());
      var byId = describedById(admin, described.topicId());
      assertEquals(described.name(), byId.name());
      assertEquals(leaders(described), leaders(byId));
      assertEquals(Hub.CLUSTER, admin.describeCluster().clusterId().get());
      assertEquals(1, admin.describeCluster().nodes().get().size());

      TopicPartition partition = new TopicPartition("t", 1);
      for (Map.Entry<OffsetSpec, Long> spec :
          Map.of(
                  OffsetSpec.earliest(), 0L,
                  OffsetSpec.latest(), 10L,
                  OffsetSpec.maxTimestamp(), 9L,
                  OffsetSpec.earliestLocal(), 0L,
                  OffsetSpec.latestTiered(), -1L,
                  OffsetSpec.forTimestamp(Hub.timestampMs(3)), 3L)
              .entrySet()) {
        var result = admin.listOffsets(Map.of(partition, spec.getKey()));
        assertEquals(
            spec.getValue(), result.partitionResult(partition).get().offset(), "" + spec.getKey());
      }

      ConfigResource edges = new ConfigResource(ConfigResource.Type.TOPIC, "edges");
      var settings = admin.describeConfigs(List.of(edges)).all().get().get(edges);
      assertEquals("per-edge", settings.get("tributary.layout").value());
      assertEquals("604800000", settings.get("retention.ms").value());
    }
  }

  private static TopicDescription describedById(Admin admin, org.apache.kafka.common.Uuid id)
      throws Exception {
    return admin
        .describeTopics(org.apache.kafka.common.TopicCollection.ofTopicIds(List.of(id)))
        .allTopicIds()
        .get()
        .get(id);
  }

  @Test
  void tellsAGroupThatThereAreNoneAndAProducerThatItIsAMirror() {
    hub.topic("t", new Layout.Partitions(1));
    try (var consumer = consumer(Map.of("group.id", "g"))) {
      consumer.subscribe(List.of("t"));
      var refused = assertThrows(UnsupportedVersionException.class, () -> read(consumer, 1));
      assertTrue(refused.getMessage().contains("FIND_COORDINATOR"), refused.getMessage());
    }
    for (boolean idempotent : List.of(false, true)) {
      Map<String, Object> settings =
          Map.of("bootstrap.servers", hub.address(), "enable.idempotence", idempotent);
      try (var producer =
          new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        var failed =
            assertThrows(
                ExecutionException.class,
                () -> producer.send(new ProducerRecord<>("t", "k", "v")).get());
        var refused = assertInstanceOf(PolicyViolationException.class, failed.getCause());
        assertTrue(refused.getMessage().contains("is a mirror"), refused.getMessage());
      }
    }
  }

  private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", hub.address());
    settings.put("auto.offset.reset", "earliest");
    settings.putAll(more);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  /// Reads until there are `count`, and looks once more that there are no others.
  private static List<ConsumerRecord<String, String>> read(
      KafkaConsumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    while (records.size() < count) {
      consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
    }
    consumer.poll(SHORT).forEach(records::add);
    assertEquals(count, records.size());
    return records;
  }

  private static String edge(ConsumerRecord<String, String> record) {
    return new String(record.headers().lastHeader("edge").value(), StandardCharsets.UTF_8);
  }
}
