package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.log.FileDisk;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka's own clients read what is left of a topic that a real store compacts.
@Timeout(120)
final class CompactedTopicTest {
  private static final UUID HUB_ID = new UUID(7, 8);
  private static final TopicPartition STATE = new TopicPartition("state", 0);
  private static final int KEYS = 7;
  private static final int RECORDS = 400;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @TempDir private Path data;
  private LogStore store;
  private KafkaFront front;

  @BeforeEach
  void start() throws Exception {
    LogStoreConfig config = LogStoreConfig.of(HUB_ID).withRetentionIntervalMs(20);
    store =
        LogStore.open(new FileDisk(data), config, Clock.systemUTC(), UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    front = KafkaFront.start(FrontConfig.of(listen, HUB_ID.toString()), store, loops);
  }

  @AfterEach
  void end() {
    front.close();
    store.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Map<String, Object> clients(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + front.address().getPort());
    settings.putAll(more);
    return settings;
  }

  private KafkaProducer<String, String> producer(String codec) {
    return new KafkaProducer<>(
        clients(Map.of("compression.type", codec)), new StringSerializer(), new StringSerializer());
  }

  private void create(String topic, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(clients(Map.of()))) {
      NewTopic asked = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(settings);
      admin.createTopics(List.of(asked)).all().get();
    }
  }

  private List<ConsumerRecord<String, String>> read(long from) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            clients(Map.of()), new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(STATE));
      consumer.seek(STATE, from);
      long end = consumer.endOffsets(List.of(STATE)).get(STATE);
      while (consumer.position(STATE) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "lz4", "zstd", "snappy"})
  void aConsumerReadsTheLatestOfEachKeyAtItsOffset(String codec) throws Exception {
    create(
        "state",
        Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "65536",
            "max.message.bytes", "32768",
            "min.cleanable.dirty.ratio", "0.01"));
    try (KafkaProducer<String, String> producer = producer(codec)) {
      for (int i = 0; i < RECORDS; i++) {
        String value = i % 50 == 3 ? null : "value-" + i + "-" + noise(i);
        producer.send(new ProducerRecord<>("state", 0, 1_000L + i, "key-" + i % KEYS, value)).get();
      }
    }
    List<ConsumerRecord<String, String>> left = read(0);
    while (left.size() > RECORDS / 2) { // until the test's time is over
      left = read(0);
    }
    Map<String, Long> latest = new HashMap<>();
    long before = -1;
    for (ConsumerRecord<String, String> record : left) {
      long i = record.offset();
      assertTrue(i > before);
      assertEquals("key-" + i % KEYS, record.key());
      assertEquals(1_000L + i, record.timestamp());
      assertEquals(i % 50 == 3 ? null : "value-" + i + "-" + noise(i), record.value());
      latest.put(record.key(), i);
      before = i;
    }
    for (int i = RECORDS - KEYS; i < RECORDS; i++) {
      assertEquals(i, latest.get("key-" + i % KEYS));
    }
    List<ConsumerRecord<String, String>> fromOneThatIsGone = read(1);
    assertEquals(before, fromOneThatIsGone.get(fromOneThatIsGone.size() - 1).offset());
  }

  /// Does not become small when it is compressed.
  private static String noise(long seed) {
    StringBuilder text = new StringBuilder();
    new SplittableRandom(seed).ints(400, 33, 127).forEach(c -> text.append((char) c));
    return text.toString();
  }

  @Test
  void aRecordWithoutAKeyIsRefusedWithItsBatch() throws Exception {
    create("state", Map.of("cleanup.policy", "compact"));
    try (KafkaProducer<String, String> producer = producer("none")) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("state", 0, null, "v")).get());
      assertInstanceOf(InvalidRecordException.class, refused.getCause());
    }
    assertEquals(List.of(), read(0));
  }

  /// What Kafka Streams and Kafka Connect ask for.
  @Test
  void topicsAreCreatedAsOthersOfKafkaWantThem() throws Exception {
    create(
        "app-store-changelog",
        Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "52428800",
            "message.timestamp.type", "CreateTime"));
    create(
        "app-window-changelog",
        Map.of(
            "cleanup.policy", "compact,delete",
            "retention.ms", "90000000",
            "retention.bytes", "-1",
            "segment.bytes", "52428800",
            "message.timestamp.type", "CreateTime"));
    create("connect-offsets", Map.of("cleanup.policy", "compact", "min.insync.replicas", "1"));
    try (Admin admin = Admin.create(clients(Map.of()))) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "app-window-changelog");
      Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      assertEquals("compact,delete", config.get("cleanup.policy").value());
      assertEquals("86400000", config.get("delete.retention.ms").value());
      assertEquals("0.5", config.get("min.cleanable.dirty.ratio").value());
    }
    ExecutionException refused =
        assertThrows(
            ExecutionException.class, () -> create("x", Map.of("cleanup.policy", "archive")));
    assertInstanceOf(InvalidConfigurationException.class, refused.getCause());
    assertTrue(String.valueOf(refused.getMessage()).contains("'compact,delete', not 'archive'"));
  }
}
