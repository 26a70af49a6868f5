package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.log.FileDisk;
import io.tributary.store.GapEntry;
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
import java.util.Collection;
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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's own Admin looks after the topics of a real store through the front.
@Timeout(120)
final class AdminTest {
  private static final UUID HUB_ID = new UUID(5, 6);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @TempDir private Path data;
  private int port;
  private LogStore store;
  private KafkaFront front;
  private Admin admin;

  /// For the first time, or again on the same port.
  @BeforeEach
  void start() throws Exception {
    store =
        LogStore.open(
                new FileDisk(data), LogStoreConfig.of(HUB_ID), Clock.systemUTC(), UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    store.createTopic(new TopicSpec("mirror", new Layout.Partitions(2), true, TopicLimits.DEFAULT));
    store.createTopic(new TopicSpec("edges", new Layout.PerEdge(3), true, TopicLimits.DEFAULT));
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    front = KafkaFront.start(FrontConfig.of(listen, HUB_ID.toString()), store, loops);
    port = front.address().getPort();
    admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port));
  }

  @AfterEach
  void end() {
    stop();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void stop() {
    admin.close(Duration.ofSeconds(5));
    front.close();
    store.close();
  }

  private void create(String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
  }

  private void produce(String topic, int partition, int count) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, 1_000L + i, "k", "v" + i)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    }
  }

  private List<String> consume(String topic, int partition, int count) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", "127.0.0.1:" + port, "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, partition)));
      consumer.seekToBeginning(consumer.assignment());
      for (int i = 0; i < 100 && values.size() < count; i++) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static <T extends Throwable> T cause(Class<T> type, Future<?> refused) {
    return assertInstanceOf(type, assertThrows(ExecutionException.class, refused::get).getCause());
  }

  private Future<?> grow(String topic, NewPartitions to) {
    return admin.createPartitions(Map.of(topic, to)).all();
  }

  @Test
  void aTopicGetsMorePartitionsThatAreWrittenAndReadAtOnce() throws Exception {
    create("orders", 2);
    produce("orders", 1, 5);
    CreatePartitionsOptions dryRun = new CreatePartitionsOptions().validateOnly(true);
    admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(4)), dryRun).all().get();
    assertEquals(2, describe("orders").partitions().size());
    grow("orders", NewPartitions.increaseTo(4)).get();
    grow("orders", NewPartitions.increaseTo(5, List.of(List.of(1)))).get();
    assertEquals(5, describe("orders").partitions().size());
    produce("orders", 4, 3);
    assertEquals(List.of("v0", "v1", "v2"), consume("orders", 4, 3));
    stop();
    start();
    assertEquals(5, describe("orders").partitions().size());
    assertEquals(5, consume("orders", 1, 5).size());
    grow("mirror", NewPartitions.increaseTo(3)).get();
    assertEquals(3, describe("mirror").partitions().size());
  }

  private TopicDescription describe(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
  }

  @Test
  void partitionsThatCannotBeGivenAreRefusedWithTheReason() throws Exception {
    create("orders", 2);
    for (int count : List.of(1, 2, Layout.PARTITIONS_MOST + 1)) {
      Future<?> refused = grow("orders", NewPartitions.increaseTo(count));
      assertTrue(text(InvalidPartitionsException.class, refused).contains("has 2 partitions"));
    }
    Future<?> perEdge = grow("edges", NewPartitions.increaseTo(10));
    assertTrue(text(InvalidPartitionsException.class, perEdge).contains("per edge"));
    cause(PolicyViolationException.class, grow(GapEntry.TOPIC, NewPartitions.increaseTo(2)));
    cause(UnknownTopicOrPartitionException.class, grow("none", NewPartitions.increaseTo(2)));
    for (List<List<Integer>> brokers : List.of(List.of(List.of(9)), List.of(List.of(1, 1)))) {
      Future<?> elsewhere = grow("orders", NewPartitions.increaseTo(3, brokers));
      cause(InvalidReplicaAssignmentException.class, elsewhere);
    }
    assertEquals(2, describe("orders").partitions().size());
  }

  private static String text(Class<? extends Throwable> type, Future<?> refused) {
    return String.valueOf(cause(type, refused).getMessage());
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static AlterConfigOp op(OpType type, String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), type);
  }

  private Future<?> alter(String topic, AlterConfigOp... operations) {
    return admin.incrementalAlterConfigs(Map.of(topic(topic), List.of(operations))).all();
  }

  private Config config(String topic) throws Exception {
    return admin.describeConfigs(List.of(topic(topic))).all().get().get(topic(topic));
  }

  private String setting(String topic, String name) throws Exception {
    return config(topic).get(name).value();
  }

  @Test
  void settingsAreChangedOneByOneAndGoBack() throws Exception {
    create("orders", 1);
    alter(
            "orders",
            op(OpType.SET, "retention.ms", "60000"),
            op(OpType.SET, "retention.bytes", "1000000"))
        .get();
    alter("orders", op(OpType.SET, "max.message.bytes", "2000")).get();
    stop();
    start();
    assertEquals("60000", setting("orders", "retention.ms"));
    assertEquals("1000000", setting("orders", "retention.bytes"));
    assertEquals("2000", setting("orders", "max.message.bytes"));
    assertFalse(config("orders").get("retention.ms").isReadOnly());
    assertTrue(config("orders").get("tributary.layout").isReadOnly());
    alter("orders", op(OpType.DELETE, "retention.ms", null)).get();
    assertEquals(
        Long.toString(TopicLimits.DEFAULT.retentionMs()), setting("orders", "retention.ms"));
    assertEquals("1000000", setting("orders", "retention.bytes"));

    AlterConfigsOptions dryRun = new AlterConfigsOptions().validateOnly(true);
    Map<ConfigResource, Collection<AlterConfigOp>> more =
        Map.of(topic("orders"), List.of(op(OpType.SET, "retention.ms", "5")));
    admin.incrementalAlterConfigs(more, dryRun).all().get();
    assertEquals(
        Long.toString(TopicLimits.DEFAULT.retentionMs()), setting("orders", "retention.ms"));
  }

  @Test
  void wordsAreAddedToTheCleanupPolicyAndTakenAway() throws Exception {
    create("orders", 1);
    alter("orders", op(OpType.APPEND, "cleanup.policy", "compact")).get();
    assertEquals("compact,delete", config("orders").get("cleanup.policy").value());
    alter("orders", op(OpType.APPEND, "cleanup.policy", "compact")).get();
    assertEquals("compact,delete", config("orders").get("cleanup.policy").value());
    alter("orders", op(OpType.SUBTRACT, "cleanup.policy", "delete")).get();
    assertEquals("compact", config("orders").get("cleanup.policy").value());
    Class<InvalidConfigurationException> invalid = InvalidConfigurationException.class;
    cause(invalid, alter("orders", op(OpType.SUBTRACT, "cleanup.policy", "compact")));
    cause(invalid, alter("orders", op(OpType.APPEND, "cleanup.policy", "burn")));
    assertEquals("compact", config("orders").get("cleanup.policy").value());
    alter("orders", op(OpType.SET, "delete.retention.ms", "7")).get();
    alter("orders", op(OpType.DELETE, "delete.retention.ms", null)).get();
    alter("orders", op(OpType.DELETE, "min.cleanable.dirty.ratio", null)).get();
    alter("orders", op(OpType.DELETE, "cleanup.policy", null)).get();
    assertEquals("delete", config("orders").get("cleanup.policy").value());
    assertEquals("86400000", config("orders").get("delete.retention.ms").value());
    assertFalse(config("orders").get("cleanup.policy").isReadOnly());
  }

  @Test
  void settingsThatCannotBeAreRefusedWithTheReason() throws Exception {
    create("orders", 1);
    Class<InvalidConfigurationException> invalid = InvalidConfigurationException.class;
    cause(invalid, alter("orders", op(OpType.APPEND, "retention.ms", "1")));
    cause(invalid, alter("orders", op(OpType.SUBTRACT, "retention.ms", "1")));
    cause(invalid, alter("orders", op(OpType.SET, "retention.ms", "soon")));
    cause(invalid, alter("orders", op(OpType.SET, "retention.ms", "0")));
    cause(invalid, alter("orders", op(OpType.SET, "flush.ms", "1")));
    cause(invalid, alter("orders", op(OpType.DELETE, "flush.ms", null)));
    cause(invalid, alter("orders", op(OpType.SET, "segment.bytes", "1000")));
    cause(
        UnknownTopicOrPartitionException.class, alter("none", op(OpType.SET, "retention.ms", "1")));
    cause(
        PolicyViolationException.class,
        alter(GapEntry.TOPIC, op(OpType.SET, "retention.bytes", "70000")));
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    Map<ConfigResource, Collection<AlterConfigOp>> ofBroker =
        Map.of(broker, List.of(op(OpType.SET, "num.partitions", "5")));
    cause(InvalidRequestException.class, admin.incrementalAlterConfigs(ofBroker).all());
    assertEquals(
        TopicLimits.DEFAULT, Objects.requireNonNull(store.topic("orders")).spec().limits());
  }

  @Test
  void theOldAlterConfigsSetsAllAtOnce() throws Exception {
    create("orders", 1);
    alter("orders", op(OpType.SET, "retention.bytes", "1000000")).get();
    AlterConfigsRequestData request = new AlterConfigsRequestData();
    var configs = new AlterConfigsRequestData.AlterableConfigCollection();
    configs.add(
        new AlterConfigsRequestData.AlterableConfig().setName("retention.ms").setValue("70000"));
    request
        .resources()
        .add(
            new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType((byte) 2)
                .setResourceName("orders")
                .setConfigs(configs));
    try (MessageClient client = new MessageClient(front.address())) {
      AlterConfigsResponseData answer = client.ask(request, new AlterConfigsResponseData(), 0);
      assertEquals(0, answer.responses().getFirst().errorCode());
    }
    assertEquals("70000", setting("orders", "retention.ms"));
    assertEquals("-1", setting("orders", "retention.bytes"));
  }

  @Test
  void recordsAreDeletedAndNobodyReadsThemAnyMore() throws Exception {
    create("orders", 2);
    produce("orders", 0, 20);
    TopicPartition first = new TopicPartition("orders", 0);
    var deleted = admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(7)));
    assertEquals(7, deleted.lowWatermarks().get(first).get().lowWatermark());
    assertEquals(IntStream.range(7, 20).mapToObj(i -> "v" + i).toList(), consume("orders", 0, 13));
    assertEquals(7, offset(first, OffsetSpec.earliest()));
    assertEquals(7, offset(first, OffsetSpec.forTimestamp(0)));
    assertEquals(19, offset(first, OffsetSpec.maxTimestamp()));
    stop();
    start();
    assertEquals(7, offset(first, OffsetSpec.earliest()));
    var all = admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(-1)));
    assertEquals(20, all.lowWatermarks().get(first).get().lowWatermark());
    produce("orders", 0, 1);
    assertEquals(List.of("v0"), consume("orders", 0, 1));
    assertEquals(21, offset(first, OffsetSpec.latest()));
  }

  private long offset(TopicPartition partition, OffsetSpec spec) throws Exception {
    return admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get().offset();
  }

  @Test
  void recordsThatCannotBeDeletedAreRefused() throws Exception {
    create("orders", 1);
    cause(OffsetOutOfRangeException.class, delete("orders", 1));
    cause(PolicyViolationException.class, delete("mirror", -1));
    cause(PolicyViolationException.class, delete(GapEntry.TOPIC, -1));
  }

  private Future<?> delete(String topic, long offset) {
    TopicPartition partition = new TopicPartition(topic, 0);
    return admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all();
  }

  @Test
  void theDirectoryAndTheSizesInItAreTold() throws Exception {
    create("orders", 2);
    produce("orders", 1, 50);
    var directories = admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1);
    assertEquals(Set.of("data"), directories.keySet());
    var data = directories.get("data");
    assertNull(data.error());
    assertTrue(data.usableBytes().isPresent());
    assertEquals(0, data.replicaInfos().get(new TopicPartition("orders", 0)).size());
    assertTrue(data.replicaInfos().get(new TopicPartition("orders", 1)).size() > 100);
  }

  @Test
  void topicsOfManyPartitionsAreDescribedPageByPage() throws Exception {
    create("wide", 4_500);
    create("a", 3);
    DescribeTopicsOptions pages = new DescribeTopicsOptions().partitionSizeLimitPerResponse(1_000);
    var described = admin.describeTopics(List.of("wide", "a"), pages).allTopicNames().get();
    assertEquals(3, described.get("a").partitions().size());
    assertEquals(
        IntStream.range(0, 4_500).boxed().toList(),
        described.get("wide").partitions().stream().map(p -> p.partition()).toList());
    cause(
        UnknownTopicOrPartitionException.class,
        admin.describeTopics(List.of("none")).allTopicNames());

    var request = new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(5);
    List<String> told = new ArrayList<>();
    try (MessageClient client = new MessageClient(front.address())) {
      for (int page = 0; page < 3; page++) {
        var answer = client.ask(request, new DescribeTopicPartitionsResponseData(), 0);
        answer
            .topics()
            .forEach(topic ->
                topic.partitions().forEach(p -> told.add(topic.name() + p.partitionIndex())));
        request.setCursor(
            new DescribeTopicPartitionsRequestData.Cursor()
                .setTopicName(answer.nextCursor().topicName())
                .setPartitionIndex(answer.nextCursor().partitionIndex()));
      }
    }
    assertEquals(
        List.of("_gaps0", "a0", "a1", "a2", "edges0", "edges1", "edges2", "mirror0", "mirror1"),
        told.subList(0, 9));
    assertEquals("wide5", told.getLast());
  }

  @Test
  void theOneEpochEndsWhereThePartitionDoes() throws Exception {
    create("orders", 1);
    produce("orders", 0, 4);
    try (MessageClient client = new MessageClient(front.address())) {
      for (int version = 2; version <= 4; version++) {
        var request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        var topic = new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic().setTopic("orders");
        for (int partition = 0; partition < 3; partition++) {
          topic
              .partitions()
              .add(
                  new OffsetForLeaderEpochRequestData.OffsetForLeaderPartition()
                      .setPartition(partition == 2 ? 9 : 0)
                      .setLeaderEpoch(partition - 1));
        }
        topic.partitions().remove(1);
        request.topics().add(topic);
        var told = client.ask(request, new OffsetForLeaderEpochResponseData(), version);
        var ends = told.topics().find("orders").partitions();
        assertEquals(4, ends.getFirst().endOffset());
        assertEquals(-1, ends.getFirst().leaderEpoch());
        assertEquals(3, ends.getLast().errorCode());
      }
    }
  }

  @Test
  void theBrokerAndWhatHasSettingsAreTold() throws Exception {
    create("orders", 1);
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    Config config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
    assertEquals("1", config.get("default.replication.factor").value());
    assertTrue(config.entries().stream().allMatch(ConfigEntry::isReadOnly));
    assertEquals(1, admin.describeCluster().nodes().get().size());
    var resources = admin.listConfigResources().all().get();
    assertTrue(resources.contains(topic("orders")));
    assertTrue(resources.contains(broker));
    assertEquals(Set.of("orders", "mirror", "edges", "_gaps"), admin.listTopics().names().get());
  }

  @Test
  void whatIsNotOfferedSaysSo() throws Exception {
    cause(UnsupportedVersionException.class, admin.describeAcls(AclBindingFilter.ANY).values());
    TopicPartition partition = new TopicPartition("mirror", 0);
    cause(
        UnsupportedVersionException.class,
        admin.alterPartitionReassignments(Map.of(partition, Optional.empty())).all());
  }
}
