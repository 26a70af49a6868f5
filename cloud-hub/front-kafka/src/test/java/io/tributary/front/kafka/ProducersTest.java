package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.log.FileDisk;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka's own producer writes through the front to a real store.
@Timeout(120)
final class ProducersTest {
  private static final UUID HUB_ID = new UUID(5, 6);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @TempDir private Path data;
  private int port;
  private LogStore store;
  private KafkaFront front;

  /// For the first time, or again on the same port.
  @BeforeEach
  void start() throws Exception {
    store =
        LogStore.open(
                new FileDisk(data), LogStoreConfig.of(HUB_ID), Clock.systemUTC(), UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    store.createTopic(
        new TopicSpec("temperature", new Layout.Partitions(8), true, TopicLimits.DEFAULT));
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    front = KafkaFront.start(FrontConfig.of(listen, HUB_ID.toString()), store, loops);
    port = front.address().getPort();
  }

  @AfterEach
  void end() {
    stop();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void stop() {
    front.close();
    store.close();
  }

  private Map<String, Object> clients(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + port);
    settings.putAll(more);
    return settings;
  }

  private KafkaProducer<String, String> producer(Map<String, Object> more) {
    return new KafkaProducer<>(clients(more), new StringSerializer(), new StringSerializer());
  }

  private void create(String topic, int partitions) throws Exception {
    try (Admin admin = Admin.create(clients(Map.of()))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /// All that is there, in the order of each partition; the offsets are dense from 0.
  private List<ConsumerRecord<String, String>> read(String topic, int partitions) {
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            clients(Map.of()), new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> assigned =
          IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
      consumer.assign(assigned);
      consumer.seekToBeginning(assigned);
      long end = consumer.endOffsets(assigned).values().stream().mapToLong(each -> each).sum();
      while (all.size() < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
      }
    }
    for (int i = 0; i < partitions; i++) {
      int partition = i;
      List<Long> offsets =
          all.stream().filter(r -> r.partition() == partition).map(ConsumerRecord::offset).toList();
      assertEquals(LongStream.range(0, offsets.size()).boxed().toList(), offsets);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void everyRecordIsReadOnceWithTheOffsetThatItsProducerWasTold(String codec) throws Exception {
    create("orders", 3);
    Map<String, RecordMetadata> told = new HashMap<>();
    Map<String, Object> settings = Map.of("compression.type", codec, "linger.ms", 1);
    try (var producer = producer(settings)) {
      Map<String, Future<RecordMetadata>> sent = new HashMap<>();
      for (int i = 0; i < 5_000; i++) {
        String value = "order-" + i;
        sent.put(value, producer.send(new ProducerRecord<>("orders", "key-" + i % 50, value)));
      }
      for (Map.Entry<String, Future<RecordMetadata>> each : sent.entrySet()) {
        told.put(each.getKey(), each.getValue().get());
      }
    }
    List<ConsumerRecord<String, String>> records = read("orders", 3);
    assertEquals(5_000, records.size());
    for (ConsumerRecord<String, String> record : records) {
      RecordMetadata of = told.remove(record.value());
      assertEquals(of.partition(), record.partition());
      assertEquals(of.offset(), record.offset());
      assertEquals(of.timestamp(), record.timestamp());
    }
  }

  @Test
  void whatWasWrittenIsThereAfterARestartUnderARunningProducerOnce() throws Exception {
    create("orders", 2);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (var producer = producer(Map.of("retry.backoff.ms", 50, "linger.ms", 1))) {
      for (int i = 0; i < 4_000; i++) {
        sent.add(producer.send(new ProducerRecord<>("orders", "key-" + i, "order-" + i)));
        if (i % 1_000 == 500) {
          stop();
          start();
        }
      }
      producer.flush();
    }
    for (Future<RecordMetadata> each : sent) {
      assertTrue(each.get().hasOffset());
    }
    List<String> values = read("orders", 2).stream().map(ConsumerRecord::value).sorted().toList();
    assertEquals(IntStream.range(0, 4_000).mapToObj(i -> "order-" + i).sorted().toList(), values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void aProducerMayAskForLess(String acks) throws Exception {
    create("orders", 1);
    try (var producer = producer(Map.of("acks", acks, "enable.idempotence", false))) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        sent.add(producer.send(new ProducerRecord<>("orders", "order-" + i)));
      }
      for (Future<RecordMetadata> each : sent) {
        assertEquals(acks.equals("1"), each.get().hasOffset());
      }
    }
    List<String> values = List.of();
    while (values.size() < 1_000) { // with acks=0 the producer ends before the hub has written
      values = read("orders", 1).stream().map(ConsumerRecord::value).toList();
    }
    assertEquals(IntStream.range(0, 1_000).mapToObj(i -> "order-" + i).toList(), values);
  }

  @Test
  void onlyEdgesWriteToAMirrorAndOnlyTheHubToItsOwnTopic() {
    try (var producer = producer(Map.of())) {
      for (String topic : List.of("temperature", "_gaps")) {
        Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, "v"));
        ExecutionException refused = assertThrows(ExecutionException.class, sent::get);
        assertInstanceOf(PolicyViolationException.class, refused.getCause());
      }
    }
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheNextIsWritten() throws Exception {
    create("orders", 1);
    try (var producer = producer(Map.of("max.request.size", 3 * 1024 * 1024))) {
      var large = new ProducerRecord<String, String>("orders", "x".repeat(2 * 1024 * 1024));
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> producer.send(large).get());
      assertInstanceOf(RecordTooLargeException.class, refused.getCause());
      producer.send(new ProducerRecord<>("orders", "small")).get();
    }
    assertEquals("small", read("orders", 1).getFirst().value());
  }

  @Test
  void topicsAreCreatedAsAskedOrTheReasonIsTold() throws Exception {
    try (Admin admin = Admin.create(clients(Map.of()))) {
      var result =
          admin.createTopics(
              List.of(
                  new NewTopic("a", 3, (short) 1).configs(Map.of("retention.ms", "60000")),
                  new NewTopic("b", Optional.empty(), Optional.empty()),
                  new NewTopic("c", Map.of(0, List.of(1), 1, List.of(1))),
                  new NewTopic("temperature", 1, (short) 1),
                  new NewTopic("none", 0, (short) 1),
                  new NewTopic("three", 1, (short) 3),
                  new NewTopic("odd", 1, (short) 1).configs(Map.of("retention.m", "1")),
                  new NewTopic("s p", 1, (short) 1)));
      assertEquals(3, result.numPartitions("a").get());
      assertEquals(8, result.numPartitions("b").get());
      assertEquals(2, result.numPartitions("c").get());
      assertEquals("60000", result.config("a").get().get("retention.ms").value());
      assertRefused(TopicExistsException.class, result.values().get("temperature"));
      assertRefused(InvalidPartitionsException.class, result.values().get("none"));
      assertRefused(InvalidReplicationFactorException.class, result.values().get("three"));
      assertRefused(InvalidConfigurationException.class, result.values().get("odd"));
      assertRefused(InvalidTopicException.class, result.values().get("s p"));

      CreateTopicsOptions dryRun = new CreateTopicsOptions().validateOnly(true);
      admin.createTopics(List.of(new NewTopic("d", 1, (short) 1)), dryRun).all().get();
      assertEquals(List.of("a", "b", "c", "temperature"), topics(admin));
      assertEquals(
          3, admin.describeTopics(List.of("a")).allTopicNames().get().get("a").partitions().size());
    }
  }

  private static List<String> topics(Admin admin) throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(name -> !name.startsWith("_"))
        .sorted()
        .toList();
  }

  private static void assertRefused(Class<? extends Exception> why, Future<Void> result) {
    ExecutionException refused = assertThrows(ExecutionException.class, result::get);
    assertInstanceOf(why, refused.getCause());
  }

  @Test
  void aTopicIsCreatedOnFirstUseAndMakesWayForAnEdge() throws Exception {
    try (var producer = producer(Map.of())) {
      RecordMetadata written = producer.send(new ProducerRecord<>("orders", 3, "k", "v")).get();
      assertEquals(0, written.offset());
      var refused =
          assertThrows(
              ExecutionException.class,
              producer.send(new ProducerRecord<>("not a name", "v"))::get);
      assertInstanceOf(InvalidTopicException.class, refused.getCause());
    }
    try (var consumer =
        new KafkaConsumer<>(
            clients(Map.of()), new StringDeserializer(), new StringDeserializer())) {
      assertEquals(Layout.PARTITIONS, consumer.partitionsFor("wind").size());
    }
    TopicSpec mirror = new TopicSpec("wind", new Layout.PerEdge(4), true, TopicLimits.DEFAULT);
    store.createTopic(mirror);
    assertEquals(mirror, Objects.requireNonNull(store.topic("wind")).spec());
    try (Admin admin = Admin.create(clients(Map.of()))) {
      // Looking for a topic does not create it.
      assertThrows(
          ExecutionException.class, admin.describeTopics(List.of("rain")).allTopicNames()::get);
      assertEquals(
          Set.of("_gaps", "orders", "temperature", "wind"), admin.listTopics().names().get());
    }
  }
}
