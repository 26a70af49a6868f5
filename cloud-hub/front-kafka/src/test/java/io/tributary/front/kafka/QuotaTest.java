package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.store.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients beyond their quotas are slowed down, and lose nothing (KIP-13, KIP-219).
@Timeout(120)
final class QuotaTest {
  private static final long RATE = 2_000;
  private static final int VALUE_BYTES = 1_000;

  /// Twice what may come at once: a slow machine needs ten seconds more before it is not throttled.
  private static final int RECORDS = 40;

  private static final String PRODUCE_THROTTLE = "produce-throttle-time-max";
  private static final String FETCH_THROTTLE = "fetch-throttle-time-max";

  @TempDir private Path directory;

  private GuardedHub open(ClientQuota... quotas) throws Exception {
    GuardedHub hub =
        new GuardedHub(
            directory,
            null,
            EnumSet.noneOf(SaslMechanism.class),
            Rights.ALL,
            FrontLimits.DEFAULT,
            List.of(quotas));
    hub.topic("t");
    return hub;
  }

  private GuardedHub guarded(ClientQuota... quotas) throws Exception {
    GuardedHub hub =
        new GuardedHub(
            directory,
            null,
            GuardedHub.EVERY_MECHANISM,
            null,
            FrontLimits.DEFAULT,
            List.of(quotas));
    hub.topic("t");
    return hub;
  }

  @Test
  void aProducerIsThrottledAndLosesNothing() throws Exception {
    try (GuardedHub hub = open(new ClientQuota(null, "line", RATE, null))) {
      assertTrue(produce(hub.nobody(), "line", 0, RECORDS) > 0);
      assertTrue(hub.front.status().throttled() > 0);
      long throttled = hub.front.status().throttled();
      assertEquals(0, produce(hub.nobody(), "other", RECORDS, RECORDS));
      assertEquals(throttled, hub.front.status().throttled());
      assertEquals(0, consume(hub.nobody(), "line", 2 * RECORDS, false));
    }
  }

  @Test
  void aConsumerIsThrottledAndMissesNothing() throws Exception {
    try (GuardedHub hub = open(new ClientQuota(null, "reports", null, RATE))) {
      assertEquals(0, produce(hub.nobody(), "reports", 0, RECORDS));
      assertTrue(consume(hub.nobody(), "reports", RECORDS, true) > 0);
      assertEquals(0, consume(hub.nobody(), "other", RECORDS, false));
    }
  }

  @Test
  void aUserIsTheSameWhateverItCallsItsClients() throws Exception {
    try (GuardedHub hub = guarded(new ClientQuota("alice", null, RATE, null))) {
      hub.user("alice", "write:t");
      hub.user("bob", "write:t", "read:t");
      assertEquals(0, produce(hub.as("alice"), "a", 0, 18));
      assertEquals(0, produce(hub.as("bob"), "a", 18, RECORDS));
      assertTrue(produce(hub.as("alice"), "b", 18 + RECORDS, 30) > 0);
      assertEquals(0, consume(hub.as("bob"), "a", 18 + RECORDS + 30, false));
    }
  }

  /// Nothing is read from the socket meanwhile: when the request behind is taken, what was too much is paid back.
  @Test
  void aProducerThatDoesNotRestIsNotReadFrom() throws Exception {
    try (GuardedHub hub = open(new ClientQuota(null, null, 1_000L, null));
        MessageClient client = new MessageClient(hub.front.address())) {
      ProduceResponseData first = new ProduceResponseData();
      ProduceResponseData second = new ProduceResponseData();
      client.ask(produceOf(11_000, (short) -1), first, 12);
      client.ask(produceOf(10, (short) -1), second, 12);
      assertTrue(first.throttleTimeMs() >= 500, first::toString);
      assertTrue(second.throttleTimeMs() < 500, second::toString);
      // Nor if it wants no answers.
      client.send(produceOf(1_000, (short) 0), 12);
      client.ask(produceOf(10, (short) -1), second, 12);
      assertTrue(second.throttleTimeMs() < 500, second::toString);
      assertEquals(
          3, second.responses().iterator().next().partitionResponses().getFirst().baseOffset());
    }
  }

  private static ProduceRequestData produceOf(int bytes, short acks) {
    var partition =
        new ProduceRequestData.PartitionProduceData()
            .setIndex(0)
            .setRecords(
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[bytes])));
    ProduceRequestData request = new ProduceRequestData().setAcks(acks).setTimeoutMs(10_000);
    request
        .topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName("t")
                .setPartitionData(List.of(partition)));
    return request;
  }

  /// The session tells afterwards what it did not tell meanwhile.
  @Test
  void aFetchSessionSurvivesThrottling() throws Exception {
    int version = 11;
    try (Hub hub =
            new Hub(
                directory,
                FrontLimits.DEFAULT,
                List.of(new ClientQuota(null, null, null, 1_000L)));
        MessageClient client = new MessageClient(hub.front.address())) {
      hub.topic("t", new Layout.Partitions(2));
      hub.put("t", 0, 7, 0, 400);
      FetchResponseData opened = client.ask(fetch(0, 0, 0, 0), new FetchResponseData(), version);
      int session = opened.sessionId();
      assertNotEquals(0, session);
      assertEquals(0, opened.throttleTimeMs());
      assertTrue(bytes(opened) > 12_000, "seconds more than may come at once");

      hub.put("t", 1, 7, 0, 100);
      FetchRequestData onwards = new FetchRequestData().setSessionId(session).setSessionEpoch(1);
      onwards.topics().add(topic(0, 400));
      FetchResponseData nothing = client.ask(onwards, new FetchResponseData(), version);
      assertTrue(nothing.throttleTimeMs() > 0);
      assertEquals(0, nothing.errorCode());
      assertEquals(session, nothing.sessionId());
      assertEquals(List.of(), nothing.responses());

      // Asked at once, and answered when the client has rested.
      FetchRequestData again = new FetchRequestData().setSessionId(session).setSessionEpoch(2);
      FetchResponseData told = client.ask(again, new FetchResponseData(), version);
      assertEquals(0, told.throttleTimeMs());
      var partitions = told.responses().getFirst().partitions();
      assertEquals(1, partitions.getLast().partitionIndex());
      assertEquals(100, partitions.getLast().highWatermark());
      assertTrue(partitions.getLast().records().sizeInBytes() > 2_000);
      assertTrue(
          partitions.stream()
              .filter(each -> each.partitionIndex() == 0)
              .allMatch(each -> each.records().sizeInBytes() == 0),
          "the new offset counts");

      // Who wants a new session gets none meanwhile, and has lost the old one.
      FetchResponseData none =
          client.ask(fetch(session, 0, 400, 100), new FetchResponseData(), version);
      assertTrue(none.throttleTimeMs() > 0);
      assertEquals(0, none.sessionId());
      assertEquals(List.of(), none.responses());
      FetchResponseData renewed =
          client.ask(fetch(0, 0, 400, 100), new FetchResponseData(), version);
      assertEquals(0, renewed.throttleTimeMs());
      assertNotEquals(0, renewed.sessionId());
      assertNotEquals(session, renewed.sessionId());
      assertEquals(2, hub.front.status().throttled());
      assertEquals(0, hub.front.status().refused());
    }
  }

  private static FetchRequestData fetch(int session, int epoch, long... offsets) {
    FetchRequestData request =
        new FetchRequestData().setSessionId(session).setSessionEpoch(epoch).setMaxBytes(1 << 20);
    for (int i = 0; i < offsets.length; i++) {
      request.topics().add(topic(i, offsets[i]));
    }
    return request;
  }

  private static FetchRequestData.FetchTopic topic(int partition, long offset) {
    return new FetchRequestData.FetchTopic()
        .setTopic("t")
        .setPartitions(
            List.of(
                new FetchRequestData.FetchPartition()
                    .setPartition(partition)
                    .setFetchOffset(offset)
                    .setPartitionMaxBytes(1 << 20)));
  }

  private static int bytes(FetchResponseData answer) {
    return answer.responses().stream()
        .flatMap(topic -> topic.partitions().stream())
        .mapToInt(partition -> partition.records().sizeInBytes())
        .sum();
  }

  @Test
  void administratorsSeeTheQuotasAndChangeThemInTheFile() throws Exception {
    ClientQuota all = new ClientQuota(null, null, 1_000L, 2_000L);
    ClientQuota reports = new ClientQuota(null, "reports", null, 3_000L);
    ClientQuota line = new ClientQuota("line-7", null, 4_000L, null);
    ClientQuota both = new ClientQuota("line-7", "reports", 5_000L, null);
    try (GuardedHub hub = guarded(all, reports, line, both)) {
      hub.user("admin", "admin");
      hub.user("alice", "read:*");
      try (Admin admin = Admin.create(hub.as("admin"))) {
        var ofAll = entity(ClientQuotaEntity.USER, null, ClientQuotaEntity.CLIENT_ID, null);
        var ofReports =
            entity(ClientQuotaEntity.USER, null, ClientQuotaEntity.CLIENT_ID, "reports");
        var ofLine = entity(ClientQuotaEntity.USER, "line-7");
        var ofBoth =
            entity(ClientQuotaEntity.USER, "line-7", ClientQuotaEntity.CLIENT_ID, "reports");
        assertEquals(
            Map.of(
                ofAll, Map.of("producer_byte_rate", 1_000.0, "consumer_byte_rate", 2_000.0),
                ofReports, Map.of("consumer_byte_rate", 3_000.0),
                ofLine, Map.of("producer_byte_rate", 4_000.0),
                ofBoth, Map.of("producer_byte_rate", 5_000.0)),
            described(admin, ClientQuotaFilter.all()));

        var anyUser = ClientQuotaFilterComponent.ofEntityType(ClientQuotaEntity.USER);
        var user = ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.USER, "line-7");
        var noUser = ClientQuotaFilterComponent.ofDefaultEntity(ClientQuotaEntity.USER);
        var client = ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.CLIENT_ID, "reports");
        var ip = ClientQuotaFilterComponent.ofEntityType(ClientQuotaEntity.IP);
        assertEquals(Set.of(ofLine, ofBoth), named(admin, false, user));
        assertEquals(Set.of(ofLine), named(admin, true, user));
        assertEquals(Set.of(ofLine), named(admin, true, anyUser));
        assertEquals(Set.of(ofAll, ofReports), named(admin, false, noUser));
        assertEquals(Set.of(ofReports, ofBoth), named(admin, false, client));
        assertEquals(Set.of(ofBoth), named(admin, true, user, client));
        assertEquals(Set.of(), named(admin, false, ip));
        assertInstanceOf(
            InvalidRequestException.class, failure(describe(admin, false, user, anyUser)));
        assertInstanceOf(InvalidRequestException.class, failure(describe(admin, false, ip, user)));
        assertInstanceOf(
            UnsupportedVersionException.class,
            failure(describe(admin, false, ClientQuotaFilterComponent.ofEntityType("planet"))));

        var change =
            new ClientQuotaAlteration(
                ofLine, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1.0)));
        var refused =
            assertInstanceOf(
                InvalidRequestException.class,
                failure(admin.alterClientQuotas(List.of(change)).all()));
        assertTrue(refused.getMessage().contains("kafka.quotas"), refused.getMessage());
      }
      try (Admin alice = Admin.create(hub.as("alice"))) {
        assertInstanceOf(ClusterAuthorizationException.class, failure(describe(alice, false)));
        var change =
            new ClientQuotaAlteration(
                entity(ClientQuotaEntity.USER, "alice"),
                List.of(new ClientQuotaAlteration.Op("producer_byte_rate", null)));
        assertInstanceOf(
            ClusterAuthorizationException.class,
            failure(alice.alterClientQuotas(List.of(change)).all()));
      }
    }
  }

  private static ClientQuotaEntity entity(@Nullable String... typesAndNames) {
    Map<String, @Nullable String> entries = new HashMap<>();
    for (int i = 0; i < typesAndNames.length; i += 2) {
      entries.put(String.valueOf(typesAndNames[i]), typesAndNames[i + 1]);
    }
    return new ClientQuotaEntity(entries);
  }

  private static Future<Map<ClientQuotaEntity, Map<String, Double>>> describe(
      Admin admin, boolean isStrict, ClientQuotaFilterComponent... components) {
    ClientQuotaFilter filter =
        isStrict
            ? ClientQuotaFilter.containsOnly(List.of(components))
            : ClientQuotaFilter.contains(List.of(components));
    return admin.describeClientQuotas(filter).entities();
  }

  private static Map<ClientQuotaEntity, Map<String, Double>> described(
      Admin admin, ClientQuotaFilter filter) throws Exception {
    return admin.describeClientQuotas(filter).entities().get();
  }

  private static Collection<ClientQuotaEntity> named(
      Admin admin, boolean isStrict, ClientQuotaFilterComponent... components) throws Exception {
    return describe(admin, isStrict, components).get().keySet();
  }

  private static Throwable failure(Future<?> future) {
    return assertThrows(ExecutionException.class, future::get).getCause();
  }

  /// Writes records that are numbered `from` and on.
  ///
  /// @return how long the producer was told to rest at most
  private static double produce(Map<String, Object> client, String clientId, int from, int count)
      throws Exception {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("client.id", clientId);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = from; i < from + count; i++) {
        sent.add(producer.send(new ProducerRecord<>("t", value(i))));
      }
      for (int i = 0; i < count; i++) {
        assertEquals(from + i, sent.get(i).get().offset());
      }
      return metric(producer.metrics(), PRODUCE_THROTTLE);
    }
  }

  /// Reads records that are numbered from 0 on.
  ///
  /// @param isThrottled whether it goes on until the consumer has been told to rest
  /// @return how long it was told to rest at most
  private static double consume(
      Map<String, Object> client, String clientId, int count, boolean isThrottled) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("client.id", clientId);
    TopicPartition partition = new TopicPartition("t", 0);
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (values.size() < count
          || (isThrottled && metric(consumer.metrics(), FETCH_THROTTLE) == 0)) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      assertEquals(IntStream.range(0, count).mapToObj(QuotaTest::value).toList(), values);
      return metric(consumer.metrics(), FETCH_THROTTLE);
    }
  }

  private static double metric(Map<MetricName, ? extends Metric> metrics, String name) {
    for (var metric : metrics.entrySet()) {
      if (metric.getKey().name().equals(name)) {
        return (Double) metric.getValue().metricValue();
      }
    }
    throw new AssertionError("no metric " + name);
  }

  private static String value(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(VALUE_BYTES - digits.length()) + digits;
  }
}
