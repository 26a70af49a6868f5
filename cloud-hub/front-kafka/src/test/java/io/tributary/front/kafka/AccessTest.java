package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kafka's own clients say who they are, and may do what they may and nothing else.
@Timeout(120)
final class AccessTest {
  private static final Duration POLL = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private @Nullable GuardedHub started;

  private GuardedHub start(@Nullable ClientAuth clientAuth, Set<SaslMechanism> mechanisms)
      throws Exception {
    GuardedHub hub = new GuardedHub(directory, clientAuth, mechanisms);
    started = hub;
    return hub;
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void logsInByEachMechanism(SaslMechanism mechanism) throws Exception {
    GuardedHub hub = start(null, GuardedHub.EVERY_MECHANISM);
    hub.user("alice", "read:*", "write:orders", "create:orders");
    Map<String, Object> alice = hub.as("alice", GuardedHub.PASSWORD, mechanism);
    try (Admin admin = Admin.create(alice)) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    write(alice, "orders", 100, 10);
    assertEquals(100, read(alice, "orders", 100).size());
    assertEquals(0, hub.front.status().loginsFailed());
  }

  /// What is served is larger than a socket's buffer, so that most of it waits for the socket.
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "SCRAM_SHA_512"})
  void readsLargeAndSmallAnswersOverTls(SaslMechanism mechanism) throws Exception {
    GuardedHub hub = start(ClientAuth.NONE, GuardedHub.EVERY_MECHANISM);
    hub.user("alice", "admin");
    hub.topic("large");
    hub.topic("small");
    Map<String, Object> alice = hub.as("alice", GuardedHub.PASSWORD, mechanism);
    write(alice, "large", 3_000, 10_000);
    write(alice, "small", 10, 10);
    Map<String, Object> greedy = new HashMap<>(alice);
    greedy.put("max.partition.fetch.bytes", 64 << 20);
    List<ConsumerRecord<String, String>> records = read(greedy, "large", 3_000);
    for (int i = 0; i < records.size(); i++) {
      assertEquals(value(i, 10_000), records.get(i).value());
    }
    assertEquals(10, read(greedy, "small", 10).size());
  }

  @ParameterizedTest
  @EnumSource
  void tellsNobodyWhetherTheUserOrThePasswordIsWrong(SaslMechanism mechanism) throws Exception {
    GuardedHub hub = start(null, GuardedHub.EVERY_MECHANISM);
    hub.user("alice", "admin");
    List<String> told = new ArrayList<>();
    for (String user : List.of("alice", "mallory")) {
      var failed =
          assertInstanceOf(
              SaslAuthenticationException.class,
              failure(topics(hub.as(user, "wrong " + GuardedHub.PASSWORD, mechanism))));
      told.add(String.valueOf(failed.getMessage()));
    }
    assertEquals(told.get(0), told.get(1));
    assertTrue(told.get(0).contains("wrong user or password"), told.get(0));
    FrontStatus status = hub.front.status();
    assertTrue(status.loginsFailed() >= 2, status::toString);
    assertTrue(String.valueOf(status.lastFailedLogin()).contains("as 'mallory'"), status::toString);
    assertEquals(Set.of(), topics(hub.as("alice", GuardedHub.PASSWORD, mechanism)).get());
  }

  @Test
  void refusesAMechanismThatIsNotOffered() throws Exception {
    GuardedHub hub = start(null, Set.of(SaslMechanism.SCRAM_SHA_512));
    hub.user("alice", "admin");
    var refused =
        assertInstanceOf(UnsupportedSaslMechanismException.class, failure(topics(hub.as("alice"))));
    assertTrue(refused.getMessage().contains("SCRAM-SHA-512"), refused.getMessage());
  }

  @Test
  void aCertificateNamesItsUserWhereThereIsNoSasl() throws Exception {
    GuardedHub hub = start(ClientAuth.REQUIRE, Set.of());
    hub.topic("orders");
    hub.user("alice", "read:orders", "write:orders");
    Map<String, Object> alice = hub.showing("alice");
    write(alice, "orders", 10, 10);
    assertEquals(10, read(alice, "orders", 10).size());
    assertEquals(Set.of(), topics(hub.showing("bob")).get(), "no user bob, no rights");
    assertInstanceOf(SslAuthenticationException.class, failure(topics(hub.nobody())));
  }

  @Test
  void withSaslACertificateIsAConditionMore() throws Exception {
    GuardedHub hub = start(ClientAuth.REQUIRE, GuardedHub.EVERY_MECHANISM);
    hub.topic("orders");
    hub.user("alice", "read:orders");
    hub.user("bob");
    Map<String, Object> bobsCertificate = new HashMap<>(hub.as("alice"));
    hub.showing("bob").forEach(bobsCertificate::putIfAbsent);
    assertEquals(Set.of("orders"), topics(bobsCertificate).get(), "it is alice who has logged in");
    assertInstanceOf(SslAuthenticationException.class, failure(topics(hub.as("alice"))));
  }

  @Test
  void showsAndAllowsWhatTheRightsSay() throws Exception {
    GuardedHub hub = start(null, GuardedHub.EVERY_MECHANISM);
    for (String topic : List.of("press.heat", "press.force", "orders", "salaries")) {
      hub.topic(topic);
    }
    hub.user("alice", "read:press.*", "write:orders", "describe:orders");
    hub.user("root", "admin");
    Map<String, Object> alice = hub.as("alice");
    Uuid salaries;
    try (Admin admin = Admin.create(hub.as("root"))) {
      assertEquals(Set.of("press.heat", "press.force", "orders", "salaries"), names(admin).get());
      salaries =
          admin.describeTopics(List.of("salaries")).allTopicNames().get().get("salaries").topicId();
    }
    write(hub.as("root"), "press.heat", 5, 10);
    write(alice, "orders", 5, 10);
    assertEquals(5, read(alice, "press.heat", 5).size());
    for (String topic : List.of("press.heat", "salaries", "no-such-topic")) {
      assertInstanceOf(
          TopicAuthorizationException.class,
          assertThrows(ExecutionException.class, () -> write(alice, topic, 1, 10)).getCause());
    }
    assertThrows(TopicAuthorizationException.class, () -> read(alice, "salaries", 1));
    assertThrows(TopicAuthorizationException.class, () -> read(alice, "orders", 1));
    try (Admin admin = Admin.create(alice)) {
      assertEquals(Set.of("press.heat", "press.force", "orders"), names(admin).get());
      denied(admin.describeTopics(List.of("salaries")).allTopicNames());
      assertInstanceOf(
          UnknownTopicIdException.class,
          failure(
              admin.describeTopics(TopicCollection.ofTopicIds(List.of(salaries))).allTopicIds()));
      assertInstanceOf(
          UnknownTopicIdException.class,
          failure(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(salaries))).all()));
      TopicPartition hidden = new TopicPartition("salaries", 0);
      denied(admin.listOffsets(Map.of(hidden, OffsetSpec.latest())).all());
      denied(admin.createTopics(List.of(new NewTopic("press.new", 1, (short) 1))).all());
      denied(admin.deleteTopics(List.of("press.heat")).all());
      denied(admin.describeConfigs(List.of(topic("salaries"))).all());
      assertEquals(1, admin.describeConfigs(List.of(topic("orders"))).all().get().size());
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      assertInstanceOf(
          ClusterAuthorizationException.class,
          failure(admin.describeConfigs(List.of(broker)).all()));
      assertEquals(1, admin.describeCluster().nodes().get().size());
    }
    try (Admin admin = Admin.create(hub.as("root"))) {
      admin.deleteTopics(List.of("salaries")).all().get();
    }
  }

  @Test
  void whoMayWriteNothingGetsNoProducerId() throws Exception {
    GuardedHub hub = start(null, GuardedHub.EVERY_MECHANISM);
    hub.topic("orders");
    hub.user("reader", "read:*");
    // Told by the first write, or, when the producer has asked for its id by then, before it: with
    // the same cause.
    Throwable refused =
        assertThrows(Exception.class, () -> write(hub.as("reader"), "orders", 1, 10)).getCause();
    assertTrue(
        refused instanceof ClusterAuthorizationException
            || refused instanceof TopicAuthorizationException,
        String.valueOf(refused));
  }

  @Test
  void rightsAreThoseOfTheMomentAndAUserThatIsGoneIsOut() throws Exception {
    GuardedHub hub = start(null, GuardedHub.EVERY_MECHANISM);
    hub.topic("orders");
    hub.user("alice", "read:orders");
    try (Admin admin = Admin.create(hub.as("alice"))) {
      assertEquals(Set.of("orders"), names(admin).get());
      hub.user("alice");
      assertEquals(Set.of(), names(admin).get());
      hub.user("alice", "admin");
      assertEquals(Set.of("orders"), names(admin).get());
      Credentials other = Credentials.of("another password");
      hub.users.updateAndGet(
          users -> users.with(new User("alice", other, List.of(Right.parse("admin")))));
      assertInstanceOf(SaslAuthenticationException.class, failure(names(admin)));
      assertEquals(
          Set.of("orders"), topics(hub.as("alice", "another password", SaslMechanism.PLAIN)).get());
      hub.users.updateAndGet(users -> users.without("alice"));
      assertInstanceOf(SaslAuthenticationException.class, failure(names(admin)));
    }
  }

  @Test
  void theAnonymousMayWhatTheConfigurationSaysAndAnybodyMayLogIn() throws Exception {
    GuardedHub hub =
        new GuardedHub(
            directory,
            null,
            GuardedHub.EVERY_MECHANISM,
            Rights.of(List.of(Right.parse("read:public.*"))),
            FrontLimits.DEFAULT);
    started = hub;
    hub.topic("public.weather");
    hub.topic("orders");
    hub.user("alice", "admin");
    write(hub.as("alice"), "public.weather", 5, 10);
    assertEquals(Set.of("public.weather"), topics(hub.nobody()).get());
    assertEquals(5, read(hub.nobody(), "public.weather", 5).size());
    assertEquals(Set.of("public.weather", "orders"), topics(hub.as("alice")).get());
    assertInstanceOf(
        SaslAuthenticationException.class,
        failure(topics(hub.as("alice", "wrong", SaslMechanism.PLAIN))));
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static void denied(Future<?> asked) {
    assertInstanceOf(TopicAuthorizationException.class, failure(asked));
  }

  private static Throwable failure(Future<?> asked) {
    return assertThrows(ExecutionException.class, asked::get).getCause();
  }

  /// The names of the topics that a client of these settings sees, without the hub's own.
  private static Future<Set<String>> topics(Map<String, Object> settings) {
    try (Admin admin = Admin.create(settings)) {
      Future<Set<String>> names = names(admin);
      try {
        names.get();
      } catch (ExecutionException | InterruptedException e) {
        // the caller looks
      }
      return names;
    }
  }

  private static Future<Set<String>> names(Admin admin) {
    return admin
        .listTopics()
        .names()
        .thenApply(names -> {
          Set<String> others = new HashSet<>(names);
          others.remove("_gaps");
          return others;
        });
  }

  private static String value(int number, int chars) {
    return (number + " ").repeat(chars).substring(0, chars);
  }

  private static void write(Map<String, Object> settings, String topic, int count, int chars)
      throws Exception {
    Collection<Future<?>> sent = new ArrayList<>();
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < count; i++) {
        sent.add(producer.send(new ProducerRecord<>(topic, value(i, chars))));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    }
  }

  private static List<ConsumerRecord<String, String>> read(
      Map<String, Object> settings, String topic, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      while (records.size() < count) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }
}
