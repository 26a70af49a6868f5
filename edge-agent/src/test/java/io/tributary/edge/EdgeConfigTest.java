package io.tributary.edge;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.TopicClass;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.log.FullPolicy;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EdgeConfigTest {
  private static final String LEAST = "{edge: e1, data-dir: d}";

  @TempDir private Path directory;

  @Test
  void twoKeysAreEnough() throws Exception {
    EdgeConfig config = read(LEAST);
    assertEquals("e1", config.edgeId());
    assertNull(config.hub());
    assertEquals("127.0.0.1:8081", config.http().toString());
    assertEquals(0, config.quotaBytes());
    assertEquals(Duration.ofMillis(2).toNanos(), config.journal().lingerNanos());
    assertEquals(64 * 1024, config.journal().batchBytes());
    assertEquals(FullPolicy.BLOCK, requireNonNull(config.classes().get(TopicClass.ALARM)).full());
    assertEquals(List.of(), config.adapters());
  }

  @Test
  void anSdCardIsSparedUnlessTheLingerIsSaid() throws Exception {
    assertEquals(
        Duration.ofMillis(250).toNanos(),
        read("{edge: e1, data-dir: d, profile: sd-card}").journal().lingerNanos());
    assertEquals(
        Duration.ofMillis(5).toNanos(),
        read("{edge: e1, data-dir: d, profile: sd-card, journal: {linger: 5ms}}")
            .journal()
            .lingerNanos());
  }

  @Test
  void anSdCardWaitsItsLingerOutUnlessEagerIsSaid() throws Exception {
    assertTrue(read("{edge: e1, data-dir: d}").journal().isEager());
    assertFalse(read("{edge: e1, data-dir: d, profile: sd-card}").journal().isEager());
    assertTrue(
        read("{edge: e1, data-dir: d, profile: sd-card, journal: {eager: true}}")
            .journal()
            .isEager());
  }

  @Test
  void aTopicThatOnlyAnAdapterNamesIsNormal() throws Exception {
    EdgeConfig config =
        read(
            """
            edge: e1
            data-dir: d
            topics: {alarms: {class: alarm}}
            adapters:
              mqtt:
                mappings: [{filter: "a/#", topic: alarms}, {filter: "b/#", topic: raw, class: bulk}, {filter: "#", topic: rest}]
            """);
    assertEquals(TopicClass.ALARM, requireNonNull(config.topics().get("alarms")).topicClass());
    assertEquals(TopicClass.NORMAL, requireNonNull(config.topics().get("rest")).topicClass());
    assertEquals(TopicClass.BULK, requireNonNull(config.topics().get("raw")).topicClass());
  }

  @Test
  void insecureWinsOverCertificates() throws Exception {
    CertificateAuthority.writeAll(directory, List.of("e1"));
    String tls =
        "tls: {certificate: %s/e1.pem, key: %s/e1-key.pem, ca: %s/ca.pem}"
            .formatted(directory, directory, directory);
    String hub = "{edge: e1, data-dir: d, hub: {address: hub.example, %s%s}}";
    EdgeConfig.HubConfig config = requireNonNull(read(hub.formatted(tls, "")).hub());
    assertNotNull(config.tls());
    assertEquals("hub.example:7420", config.address().toString());
    config = requireNonNull(read(hub.formatted(tls, ", insecure: true")).hub());
    assertNull(config.tls());
    assertTrue(config.insecure());
  }

  @Test
  void flagsWinOverTheFile() throws Exception {
    Section root = Settings.parse("edge.yaml", "{edge: e1, data-dir: d, hub: {address: 'a:1'}}");
    root.override("hub.address", "b:2");
    root.override("adapters.mqtt.listen", "127.0.0.1:2");
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    assertEquals("b:2", requireNonNull(config.hub()).address().toString());
    assertFalse(requireNonNull(config.hub()).insecure());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                    | edge: is missing",
        "{edge: 'a b', data-dir: d}                            | letters, digits",
        "{edge: e1}                                            | data-dir: is missing",
        "{edge: e1, data-dir: d, hub: {}}                      | hub.address: is missing",
        "{edge: e1, data-dir: d, hub: {address: 'h:x'}}        | hub.address: is 'h:x'",
        "{edge: e1, data-dir: d, hub: {adress: h}}             | did you mean 'address'?",
        "{edge: e1, data-dir: d, hub: {address: h, name: n}}   | needs tls beside it",
        "{edge: e1, data-dir: d, hub: {address: h, tls: {}}}   | hub.tls.certificate: is missing",
        "{edge: e1, data-dir: d, hub: {address: h, link: dsl}} | one of lan, metered",
        "{edge: e1, data-dir: d, classes: {alarm: {full: no}}} | drop-oldest, drop-newest",
        "{edge: e1, data-dir: d, classes: {urgent: {}}}        | classes.urgent: unknown key",
        "{edge: e1, data-dir: d, topics: {t: {class: high}}}   | one of alarm, normal, bulk",
        "{edge: e1, data-dir: d, quota: 1KB}                   | quota: is '1KB'",
        "{edge: e1, data-dir: d, adapters: {x: {type: opc}}}   | adapters.x.type: is 'opc'",
        "{edge: e1, data-dir: d, adapters: {mqtt: {}}}         | adapters.mqtt.mappings",
        "{edge: e1, data-dir: d, journal: {batch-bytes: 2MiB}} | journal.batch-bytes",
        "{edge: e1, data-dir: d, topics: {t: {class: alarm}}, adapters: {mqtt: {mappings: [{filter: a, topic: t, class: bulk}]}}} | a topic has one class",
        "{edge: e1, data-dir: d, adapters: {mqtt: {mappings: [{filter: a, topic: t, class: bulk}, {filter: b, topic: t, class: alarm}]}}} | a topic has one class"
      })
  void saysWhatIsWrong(String yaml, String problem) {
    String text =
        String.valueOf(assertThrows(SettingsRefused.class, () -> read(yaml)).getMessage());
    assertTrue(text.contains(problem), text);
    assertTrue(text.contains("edge.yaml:1"), text);
  }

  private static EdgeConfig read(String yaml) throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", yaml);
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    root.finish();
    return config;
  }
}
