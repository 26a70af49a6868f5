package io.tributary.hub;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.front.kafka.ClientQuota;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HubConfigTest {
  @TempDir private Path directory;

  @Test
  void oneKeyIsEnough() throws Exception {
    HubConfig config = read("data-dir: /var/lib/hub\n");
    assertEquals(Path.of("/var/lib/hub"), config.dataDirectory());
    assertEquals("127.0.0.1:7420", HubServer.text(config.mirror().listen()));
    assertNull(config.mirror().tls());
    assertEquals("127.0.0.1:9092", HubServer.text(config.kafka().listen()));
    assertNull(config.kafka().advertised());
    assertEquals("127.0.0.1:8080", HubServer.text(config.http()));
    assertEquals(List.of(), config.topics());
    TopicSpec pattern = requireNonNull(config.pattern());
    assertEquals(new Layout.Partitions(8), pattern.layout());
    assertEquals(TopicLimits.DEFAULT, pattern.limits());
  }

  @Test
  void topicsTakeFromTheDefaultsWhatTheyDoNotSay() throws Exception {
    HubConfig config =
        read(
            """
            data-dir: d
            defaults: {partitions: 3, retention: 2d, segment-bytes: 1MiB, max-message-bytes: 64KiB}
            topics:
              a: {}
              b: {layout: per-edge, reserve: 9, retention: unlimited, retention-bytes: 10MiB}
            auto-create: false
            """);
    long twoDaysMs = Duration.ofDays(2).toMillis();
    TopicLimits limits = new TopicLimits(twoDaysMs, -1, 1 << 20, 64 * 1024);
    assertEquals(
        List.of(
            new TopicSpec("a", new Layout.Partitions(3), true, limits),
            new TopicSpec(
                "b",
                new Layout.PerEdge(9),
                true,
                new TopicLimits(-1, 10 * 1024 * 1024, 1 << 20, 64 * 1024))),
        config.topics());
    assertNull(config.pattern());
  }

  @Test
  void aTopicForKafkaProducersIsNoMirrorAndMayBeCompacted() throws Exception {
    HubConfig config =
        read(
            """
            data-dir: d
            defaults: {layout: per-edge, retention: 2d}
            topics:
              state: {mirrored: false, partitions: 3, cleanup-policy: compact, delete-retention: 1h}
              orders: {mirrored: false}
              readings: {mirrored: true}
            """);
    TopicLimits limits = TopicLimits.DEFAULT.withRetentionMs(Duration.ofDays(2).toMillis());
    CleanupPolicy compact =
        CleanupPolicy.COMPACT.withDeleteRetentionMs(Duration.ofHours(1).toMillis());
    assertEquals(
        List.of(
            new TopicSpec("state", new Layout.Partitions(3), false, limits.withCleanup(compact)),
            new TopicSpec("orders", new Layout.Partitions(Layout.PARTITIONS), false, limits),
            new TopicSpec("readings", new Layout.PerEdge(Layout.RESERVE), true, limits)),
        config.topics());
  }

  @Test
  void aCertificateIsReadBeforeAnythingStarts() throws Exception {
    CertificateAuthority.writeAll(directory, List.of());
    String tls =
        "tls: {certificate: %s/hub.pem, key: %s/hub-key.pem, ca: %s/ca.pem}"
            .formatted(directory, directory, directory);
    HubConfig config = read("data-dir: d\nmirror: {" + tls + "}\n");
    assertNotNull(config.mirror().tls());
    assertEquals("0.0.0.0:7420", HubServer.text(config.mirror().listen()));

    config = read("data-dir: d\nmirror: {" + tls + ", insecure: true}\n");
    assertNull(config.mirror().tls());

    Files.delete(directory.resolve("hub-key.pem"));
    String problem = refused("data-dir: d\nmirror: {" + tls + "}\n");
    assertTrue(problem.contains("mirror.tls.key") && problem.contains("does not exist"), problem);
  }

  @Test
  void whoKafkaClientsAreAndWhatAnybodyMay() throws Exception {
    assertTrue(access("").isOpen());
    assertTrue(access("insecure: true, listen: '0.0.0.0:9092'").isOpen());
    KafkaAccess byPassword = access("sasl: [SCRAM-SHA-512, PLAIN]");
    assertNull(byPassword.anonymous());
    assertEquals(Set.of(SaslMechanism.PLAIN, SaslMechanism.SCRAM_SHA_512), byPassword.sasl());
    assertNull(access("sasl: SCRAM-SHA-512, listen: '0.0.0.0:9092'").anonymous());
    assertNull(access("sasl: SCRAM-SHA-512, insecure: true").anonymous(), "what is said stays");
    KafkaAccess partly = access("listen: '0.0.0.0:9092', anonymous: ['read:public.*']");
    assertFalse(partly.isOpen());
    assertTrue(requireNonNull(partly.anonymous()).mayRead("public.weather"));
    assertFalse(requireNonNull(partly.anonymous()).mayRead("orders"));

    CertificateAuthority.writeAll(directory, List.of());
    String pair = "certificate: %s/hub.pem, key: %s/hub-key.pem".formatted(directory, directory);
    String ca = ", ca: " + directory + "/ca.pem";
    assertTrue(access("tls: {" + pair + "}").isOpen(), "on loopback");
    KafkaAccess named = access("listen: '0.0.0.0:9092', tls: {" + pair + ca + "}");
    assertEquals(ClientAuth.REQUIRE, named.clientAuth());
    assertNull(named.anonymous());
    KafkaAccess both = access("sasl: PLAIN, tls: {" + pair + ca + ", client-auth: optional}");
    assertEquals(ClientAuth.OPTIONAL, both.clientAuth());
    assertTrue(
        refused("data-dir: d\nkafka: {tls: {" + pair + ca + ", client-auth: optional}}\n")
            .contains("who shows no certificate may do nothing"));
    assertTrue(
        refused("data-dir: d\nkafka: {listen: '0.0.0.0:9092', tls: {" + pair + "}}\n")
            .contains("nobody is asked who they are"));
  }

  private static KafkaAccess access(String kafka) throws SettingsRefused {
    return read("data-dir: d\nkafka: {" + kafka + "}\n").kafka().access();
  }

  @Test
  void quotasOfKafkaClientsHaveKafkasNames() throws Exception {
    HubConfig config =
        read(
            """
            data-dir: d
            kafka:
              quotas:
                - producer-byte-rate: 10MB
                - user: line-7
                  consumer-byte-rate: 1MiB
                - client-id: reports
                  producer-byte-rate: unlimited
                  consumer-byte-rate: 500KB
                - {user: line-7, client-id: reports, producer-byte-rate: 1KB}
            """);
    assertEquals(
        List.of(
            new ClientQuota(null, null, 10_000_000L, null),
            new ClientQuota("line-7", null, null, 1L << 20),
            new ClientQuota(null, "reports", ClientQuota.UNLIMITED, 500_000L),
            new ClientQuota("line-7", "reports", 1_000L, null)),
        config.kafka().quotas());
    assertEquals(List.of(), read("data-dir: d\n").kafka().quotas());
    String problem =
        refused(
            "data-dir: d\nkafka:\n  quotas:\n    - client-id: c\n      consumer-byte-rate: 1\n");
    assertTrue(
        problem.contains("hub.yaml:5: kafka.quotas[0].consumer-byte-rate: is '1' but must be"),
        problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                | data-dir: is missing",
        "{data-dir: d, mirror: {listen: '0.0.0.0:7420'}}   | mirror.tls names no certificate",
        "{data-dir: d, mirror: {tls: {key: k}}}            | mirror.tls.certificate: is missing",
        "{data-dir: d, mirror: {lissen: 'a:1'}}            | did you mean 'listen'?",
        "{data-dir: d, mirror: {credit: 10KiB}}            | mirror.credit: is '10KiB'",
        "{data-dir: d, kafka: {listen: here}}              | kafka.listen: is 'here'",
        "{data-dir: d, kafka: {listen: '0.0.0.0:1'}}       | let everybody do everything",
        "{data-dir: d, kafka: {sasl: [SCRAM]}}             | PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
        "{data-dir: d, kafka: {sasl: []}}                  | kafka.sasl: names no mechanism",
        "{data-dir: d, kafka: {sasl: PLAIN, listen: '0.0.0.0:1'}} | sends passwords readable",
        "{data-dir: d, kafka: {anonymous: [reed:t]}}       | kafka.anonymous: 'reed:t' is no right",
        "{data-dir: d, kafka: {quotas: [{user: u}]}}       | quotas[0].producer-byte-rate: is missing",
        "{data-dir: d, kafka: {quotas: {consumer-byte-rate: 999B}}} | from 1KB to 1TB",
        "{data-dir: d, kafka: {quotas: [{consumer-byte-rate: fast}]}} | is 'fast' but must be",
        "{data-dir: d, kafka: {quotas: [{producer-byte-rat: 1MB}]}} | did you mean 'producer-byte-rate'?",
        "{data-dir: d, kafka: {quotas: [{user: u, producer-byte-rate: 1MB}, {user: u, consumer-byte-rate: 1MB}]}} | quotas[1].user: names the same",
        "{data-dir: d, kafka: {tls: {certificate: c}}}     | kafka.tls.key: is missing",
        "{data-dir: d, kafka: {tls: {certificate: c, key: k}}} | kafka.tls.certificate: c: does not",
        "{data-dir: d, kafka: {tls: {certificate: c, key: k, client-auth: required}}} | needs 'ca'",
        "{data-dir: d, http: {listen: 'no.such.host.invalid:1'}} | has no address",
        "{data-dir: d, topics: {'a b': {}}}                | letters, digits",
        "{data-dir: d, topics: {a.b: {}, a_b: {}}}         | differs from 'a.b'",
        "{data-dir: d, topics: {a: {layout: round}}}       | one of partitions, per-edge",
        "{data-dir: d, topics: {a: {reserve: 3}}}          | belongs to 'layout: per-edge'",
        "{data-dir: d, topics: {a: {layout: per-edge, partitions: 3}}} | per-edge has one an edge",
        "{data-dir: d, topics: {a: {retention: never}}}    | topics.a.retention",
        "{data-dir: d, topics: {a: {max-message-bytes: 2GiB}}} | topics.a.max-message-bytes",
        "{data-dir: d, topics: {a: {mirrored: false, layout: per-edge}}} | no edge writes: leave",
        "{data-dir: d, topics: {a: {mirrored: false, reserve: 3}}} | belongs to 'layout: per-edge'",
        "{data-dir: d, topics: {a: {mirrored: false, cleanup-policy: burn}}} | cleanup policy is",
        "{data-dir: d, topics: {a: {cleanup-policy: compact}}} | say 'mirrored: false'",
        "{data-dir: d, topics: {a: {delete-retention: 1h}}} | topics.a.delete-retention",
        "{data-dir: d, defaults: {mirrored: false}}        | defaults.mirrored",
        "{data-dir: d, auto-create: maybe}                 | true or false"
      })
  void saysWhatIsWrong(String yaml, String problem) {
    String text = refused(yaml);
    assertTrue(text.contains(problem), text);
  }

  private static HubConfig read(String yaml) throws SettingsRefused {
    Section root = Settings.parse("hub.yaml", yaml);
    HubConfig config = HubConfig.of(root);
    root.finish();
    return config;
  }

  private static String refused(String yaml) {
    return String.valueOf(assertThrows(SettingsRefused.class, () -> read(yaml)).getMessage());
  }
}
