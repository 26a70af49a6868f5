package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.front.kafka.ClientQuota;
import io.tributary.log.FileDisk;
import io.tributary.store.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka's own consumers and Admin, in groups, through the front to a real store.
@Timeout(180)
final class GroupsTest {
  private static final int PARTITIONS = 4;

  @TempDir private Path data;
  private RealHub hub;

  @BeforeEach
  void start() throws Exception {
    hub = new RealHub(new FileDisk(data), new ClientQuota(null, "slow", null, 1_000L));
    hub.create("temperature", PARTITIONS);
  }

  @AfterEach
  void end() {
    hub.close();
  }

  private static Map<String, Object> settings(String protocol) {
    return switch (protocol) {
      case "consumer" -> Map.of("group.protocol", "consumer");
      case "eager" ->
          Map.of(
              "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor");
      case "cooperative" ->
          Map.of(
              "partition.assignment.strategy",
              "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
      case "static" -> Map.of("group.instance.id", "member");
      default -> throw new IllegalArgumentException(protocol);
    };
  }

  private static List<String> values(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eager", "cooperative", "consumer"})
  void membersShareATopicAndGoOnWhereTheyCommitted(String protocol) throws Exception {
    hub.produce("temperature", PARTITIONS, 0, 1_000);
    try (var one = hub.consumer("readers", settings(protocol));
        var two = hub.consumer("readers", settings(protocol))) {
      one.subscribe(List.of("temperature"));
      two.subscribe(List.of("temperature"));
      assertEquals(values(0, 1_000), sorted(RealHub.read(List.of(one, two), 1_000)));
      while (one.assignment().size() != 2 || two.assignment().size() != 2) {
        one.poll(Duration.ofMillis(50));
        two.poll(Duration.ofMillis(50));
      }
      hub.stop();
      hub.start();
      hub.produce("temperature", PARTITIONS, 1_000, 2_000);
      assertEquals(values(1_000, 2_000), sorted(RealHub.read(List.of(one, two), 1_000)));
    }
    hub.produce("temperature", PARTITIONS, 2_000, 2_100);
    try (var later = hub.consumer("readers", settings(protocol))) {
      later.subscribe(List.of("temperature"));
      assertEquals(values(2_000, 2_100), sorted(RealHub.read(List.of(later), 100)));
    }
  }

  private static List<String> sorted(List<String> values) {
    return values.stream().sorted().toList();
  }

  /// It rests for longer than its session lasts, but not at once, and its heartbeats go over another connection.
  @Test
  void aThrottledMemberStaysInItsGroup() throws Exception {
    hub.produce("temperature", PARTITIONS, 0, 2_000);
    Map<String, Object> slow =
        Map.of("client.id", "slow", "session.timeout.ms", 6_000, "heartbeat.interval.ms", 1_000);
    try (var member = hub.consumer("readers", slow)) {
      member.subscribe(List.of("temperature"));
      List<String> values = new ArrayList<>();
      while (member.assignment().isEmpty()) {
        member.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
      }
      int generation = member.groupMetadata().generationId();
      values.addAll(RealHub.read(List.of(member), 2_000 - values.size()));
      assertEquals(values(0, 2_000), sorted(values));
      assertEquals(generation, member.groupMetadata().generationId());
      assertTrue(hub.status().throttled() > 1, "each time for 5 s at most");
    }
  }

  @Test
  void aStaticMemberComesBackToItsPartitions() throws Exception {
    hub.produce("temperature", PARTITIONS, 0, 100);
    String memberId;
    Set<TopicPartition> assignment;
    try (var member = hub.consumer("readers", settings("static"))) {
      member.subscribe(List.of("temperature"));
      RealHub.read(List.of(member), 100);
      memberId = member.groupMetadata().memberId();
      assignment = member.assignment();
      assertEquals("member", member.groupMetadata().groupInstanceId().orElseThrow());
    }
    hub.stop();
    hub.start();
    try (Admin admin = hub.admin()) {
      // It left without a word, as static members do.
      ConsumerGroupDescription group = described(admin, "readers");
      assertEquals(1, group.members().size());
      assertEquals(memberId, group.members().iterator().next().consumerId());
    }
    try (var member = hub.consumer("readers", settings("static"))) {
      member.subscribe(List.of("temperature"));
      while (member.assignment().isEmpty()) {
        member.poll(Duration.ofMillis(50));
      }
      assertEquals(assignment, member.assignment());
    }
  }

  private static ConsumerGroupDescription described(Admin admin, String group) throws Exception {
    return admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eager", "consumer"})
  void groupsAreListedDescribedAndDeleted(String protocol) throws Exception {
    hub.produce("temperature", PARTITIONS, 0, 100);
    try (Admin admin = hub.admin()) {
      try (var member = hub.consumer("readers", settings(protocol))) {
        member.subscribe(List.of("temperature"));
        RealHub.read(List.of(member), 100);
        assertEquals(
            List.of("readers"),
            admin.listGroups().all().get().stream().map(GroupListing::groupId).toList());
        ConsumerGroupDescription group = described(admin, "readers");
        assertEquals(GroupState.STABLE, group.groupState());
        assertEquals(
            PARTITIONS, group.members().iterator().next().assignment().topicPartitions().size());
        assertRefused(
            GroupNotEmptyException.class,
            admin.deleteConsumerGroups(List.of("readers")).all()::get);
      }
      assertEquals(GroupState.EMPTY, described(admin, "readers").groupState());
      long committed = 0;
      for (OffsetAndMetadata offset : committed(admin, "readers").values()) {
        committed += offset.offset();
      }
      assertEquals(100, committed);
      TopicPartition first = new TopicPartition("temperature", 0);
      admin.deleteConsumerGroupOffsets("readers", Set.of(first)).all().get();
      assertEquals(PARTITIONS - 1, committed(admin, "readers").size());
      admin
          .alterConsumerGroupOffsets("readers", Map.of(first, new OffsetAndMetadata(7)))
          .all()
          .get();
      hub.stop();
      hub.start();
      assertEquals(7, committed(admin, "readers").get(first).offset());
      admin.deleteConsumerGroups(List.of("readers")).all().get();
      assertRefused(GroupIdNotFoundException.class, () -> described(admin, "readers"));
      hub.stop();
      hub.start();
      assertEquals(List.of(), List.copyOf(admin.listGroups().all().get()));
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group)
      throws Exception {
    Map<TopicPartition, OffsetAndMetadata> all =
        new HashMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get());
    all.values().removeIf(offset -> offset == null);
    return all;
  }

  private interface Attempt {
    Object run() throws Exception;
  }

  private static void assertRefused(Class<? extends Exception> why, Attempt attempt) {
    ExecutionException refused = assertThrows(ExecutionException.class, attempt::run);
    assertInstanceOf(why, refused.getCause());
  }

  /// Whoever subscribed to a topic that is created anew begins at its beginning.
  @Test
  void whatWasCommittedOfADeletedTopicIsForgotten() throws Exception {
    TopicPartition partition = new TopicPartition("temperature", 0);
    try (Admin admin = hub.admin()) {
      admin
          .alterConsumerGroupOffsets("readers", Map.of(partition, new OffsetAndMetadata(7)))
          .all()
          .get();
      admin.deleteTopics(List.of("temperature")).all().get();
      hub.create("temperature", PARTITIONS);
      assertEquals(Map.of(), committed(admin, "readers"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"eager", "consumer"})
  void aNewTopicReachesTheReadersOfAPattern(String protocol) throws Exception {
    hub.create("wind-1", 1);
    hub.produce("wind-1", 1, 0, 10);
    Map<String, Object> watchful = new HashMap<>(settings(protocol));
    watchful.put("metadata.max.age.ms", 500);
    try (var member = hub.consumer("readers", watchful)) {
      if (protocol.equals("consumer")) {
        member.subscribe(new SubscriptionPattern("wind.*")); // the coordinator looks for topics
      } else {
        member.subscribe(Pattern.compile("wind.*")); // the consumer does
      }
      assertEquals(values(0, 10), sorted(RealHub.read(List.of(member), 10)));
      hub.create("wind-2", 1);
      hub.produce("wind-2", 1, 10, 20);
      assertEquals(values(10, 20), sorted(RealHub.read(List.of(member), 10)));
    }
  }

  @Test
  void commitsOfWhatIsNotThereAreRefused() throws Exception {
    try (Admin admin = hub.admin()) {
      for (TopicPartition nowhere :
          List.of(new TopicPartition("wind", 0), new TopicPartition("temperature", 4))) {
        assertRefused(
            UnknownTopicOrPartitionException.class,
            admin
                    .alterConsumerGroupOffsets("readers", Map.of(nowhere, new OffsetAndMetadata(7)))
                    .all()
                ::get);
      }
    }
  }

  @Test
  void nobodyElseWritesWhatGroupsCommit() throws Exception {
    try (Admin admin = hub.admin();
        var producer =
            new KafkaProducer<>(
                hub.clients(Map.of()), new StringSerializer(), new StringSerializer())) {
      assertRefused(
          PolicyViolationException.class,
          producer.send(new ProducerRecord<>(TopicName.CONSUMER_OFFSETS, "key", "value"))::get);
      assertRefused(
          InvalidTopicException.class,
          admin.deleteTopics(List.of(TopicName.CONSUMER_OFFSETS)).all()::get);
    }
    try (var member = hub.consumer("readers", Map.of())) {
      member.subscribe(Pattern.compile(".*"));
      while (member.assignment().isEmpty()) {
        member.poll(Duration.ofMillis(50));
      }
      assertTrue(
          member.assignment().stream()
              .noneMatch(p -> p.topic().equals(TopicName.CONSUMER_OFFSETS)));
    }
  }

  @Test
  void transactionsAreRefusedInWordsThatClientsUnderstand() {
    try (var producer =
        new KafkaProducer<>(
            hub.clients(Map.of("transactional.id", "mine")),
            new StringSerializer(),
            new StringSerializer())) {
      assertThrows(TransactionalIdAuthorizationException.class, producer::initTransactions);
    }
  }

  @Test
  void manyPartitionsAreCommittedAtOnce() throws Exception {
    hub.create("many", 5_000);
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      offsets.put(new TopicPartition("many", i), new OffsetAndMetadata(i));
    }
    try (Admin admin = hub.admin()) {
      admin.alterConsumerGroupOffsets("readers", offsets).all().get();
      hub.stop();
      hub.start();
      assertEquals(offsets, withoutEpochs(committed(admin, "readers")));
    }
    assertNull(hub.status().groupsTrouble());
  }

  private static Map<TopicPartition, OffsetAndMetadata> withoutEpochs(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> plain = new HashMap<>();
    offsets.forEach((p, offset) -> plain.put(p, new OffsetAndMetadata(offset.offset())));
    return plain;
  }

  /// Three members read; some leave, some die without a word and without having committed, others come. No record is passed
  /// over, and what is read again lies behind what was committed.
  @ParameterizedTest
  @ValueSource(strings = {"eager", "cooperative", "consumer"})
  void membersComeLeaveAndDie(String protocol) throws Exception {
    int count = 6_000;
    hub.produce("temperature", PARTITIONS, 0, count);
    Map<String, Object> few = new HashMap<>(settings(protocol));
    few.put("max.poll.records", 100);
    few.put("client.id", protocol);
    if (!protocol.equals("consumer")) {
      few.put("session.timeout.ms", 6_000); // of the newer protocol the coordinator says it
    }
    List<KafkaConsumer<String, String>> members = new ArrayList<>();
    Map<TopicPartition, Long> committed = new HashMap<>();
    Set<String> seen = new HashSet<>();
    boolean hasDied = false;
    try {
      for (int round = 0; seen.size() < count; round++) {
        if (members.size() < 3) {
          KafkaConsumer<String, String> member = hub.consumer("readers", few);
          member.subscribe(List.of("temperature"));
          members.add(member);
        } else if (round % 40 == 20) {
          members.removeFirst().close();
        }
        for (KafkaConsumer<String, String> member : List.copyOf(members)) {
          Map<TopicPartition, OffsetAndMetadata> read = readOn(member, committed, seen);
          if (!hasDied && seen.size() > count / 3 && !read.isEmpty()) {
            hasDied = true; // with what it has read and not committed
            members.remove(member);
            member.close(
                CloseOptions.groupMembershipOperation(
                    CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            continue;
          }
          commit(member, read, committed);
        }
      }
    } finally {
      members.forEach(KafkaConsumer::close);
    }
    assertTrue(hasDied);
    assertEquals(Set.copyOf(values(0, count)), seen);
  }

  private static Map<TopicPartition, OffsetAndMetadata> readOn(
      KafkaConsumer<String, String> member, Map<TopicPartition, Long> committed, Set<String> seen) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(20))) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      assertTrue(record.offset() >= committed.getOrDefault(partition, 0L), record::toString);
      seen.add(record.value());
      next.put(partition, new OffsetAndMetadata(record.offset() + 1));
    }
    return next;
  }

  private static void commit(
      KafkaConsumer<String, String> member,
      Map<TopicPartition, OffsetAndMetadata> read,
      Map<TopicPartition, Long> committed) {
    try {
      member.commitSync(read);
      read.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    } catch (CommitFailedException | RebalanceInProgressException rebalanced) {
      // read again by whoever has the partition now
    }
  }
}
