package io.tributary.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private enum FullPolicy {
    BLOCK,
    DROP_OLDEST
  }

  @Test
  void readsEveryType() throws SettingsRefused {
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge-id: pi-7
            quota: 80%
            linger: 250ms
            retention: 7d
            segment: 16MiB
            disk: 1.5 GB
            threads: 4
            insecure: true
            full: drop-oldest
            listen: "[::1]:1883"
            hubs: [a, b]
            one-hub: a
            mqtt:
              mappings:
                - filter: sensors/+/temperature
                  topic: temperature
                - filter: "#"
                  topic: rest
            """);

    assertEquals("pi-7", root.string("edge-id"));
    assertEquals(80, root.percent("quota", 50, 1, 95));
    assertEquals(
        Duration.ofMillis(250),
        root.duration("linger", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)));
    assertEquals(
        Duration.ofDays(7),
        root.duration("retention", Duration.ZERO, Duration.ZERO, Duration.ofDays(30)));
    assertEquals(16 << 20, root.sizeBytes("segment", 1, 1, 1L << 30));
    assertEquals(1_500_000_000L, root.sizeBytes("disk", 1, 1, 1L << 40));
    assertEquals(4, root.integer("threads", 1, 1, 64));
    assertTrue(root.bool("insecure", false));
    assertEquals(FullPolicy.DROP_OLDEST, root.oneOf("full", FullPolicy.class, FullPolicy.BLOCK));
    assertEquals(new HostAndPort("::1", 1883), root.address("listen"));
    assertEquals(List.of("a", "b"), root.strings("hubs"));
    assertEquals(List.of("a"), root.strings("one-hub"));
    List<Section> mappings = root.section("mqtt").sections("mappings");
    assertEquals("temperature", mappings.get(0).string("topic"));
    assertEquals("sensors/+/temperature", mappings.get(0).string("filter"));
    assertEquals("#", mappings.get(1).string("filter"));
    assertEquals("rest", mappings.get(1).string("topic"));
    root.finish();
  }

  @Test
  void answersWithTheDefaultsWhereNothingIsWritten() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "# nothing yet\n");

    assertEquals("x", root.string("a", "x"));
    assertNull(root.stringOrNull("b"));
    assertNull(root.pathOrNull("c"));
    assertEquals(7, root.section("d").integer("e", 7, 1, 9));
    assertTrue(root.sections("f").isEmpty());
    assertTrue(root.strings("g").isEmpty());
    assertFalse(root.has("h"));
    root.finish();
  }

  @Test
  void collectsAllThatIsWrongWithPlaceKeyAndWhatIsAllowed() throws SettingsRefused {
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            linger: 30
            threads: 99
            full: drop-new
            mqtt:
              listen: 1883
              lisen: 127.0.0.1:1883
              mappings:
                - topic: temperature
            insecure: yes
            uplink: fast
            disk:
            """);
    root.duration("linger", Duration.ofMillis(2), Duration.ZERO, Duration.ofSeconds(10));
    root.integer("threads", 1, 1, 64);
    root.oneOf("full", FullPolicy.class, FullPolicy.BLOCK);
    Section mqtt = root.section("mqtt");
    mqtt.address("listen");
    mqtt.sections("mappings").forEach(m -> m.string("filter"));
    mqtt.sections("mappings").forEach(m -> m.string("topic"));
    root.bool("insecure", false);
    root.section("uplink").address("hub", new HostAndPort("localhost", 7420));
    root.sizeBytes("disk", 1, 1, 1 << 20);

    assertEquals(
        List.of(
            "edge.yaml:1: linger: is '30' but must be a duration such as 250ms, 2s, 5m, 8h or 7d,"
                + " from 0ms to 10s",
            "edge.yaml:2: threads: is '99' but must be a whole number from 1 to 64",
            "edge.yaml:3: full: is 'drop-new' but must be one of block, drop-oldest",
            "edge.yaml:5: mqtt.listen: is '1883' but must be HOST:PORT, such as 127.0.0.1:1883 or"
                + " [::1]:1883",
            "edge.yaml:6: mqtt.lisen: unknown key; did you mean 'listen'?",
            "edge.yaml:8: mqtt.mappings[0].filter: is missing; it must be a text",
            "edge.yaml:9: insecure: is 'yes' but must be true or false",
            "edge.yaml:10: uplink: must be keys and values",
            "edge.yaml:11: disk: has no value; it must be a size such as 512B, 64KiB, 16MiB or"
                + " 10GB, from 1B to 1MiB"),
        problems(root));
  }

  @Test
  void namesWhatIsAllowedWhenNoKeyIsNear() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "zzzzzz: 1\n");
    root.string("data-dir", "");
    root.string("edge-id", "");

    assertEquals(
        List.of("edge.yaml:1: zzzzzz: unknown key; allowed are data-dir, edge-id"), problems(root));
  }

  @Test
  void refusesASectionThatNobodyAsksFor() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "mqqt:\n  listen: 127.0.0.1:1883\n");
    root.section("mqtt").address("listen", new HostAndPort("127.0.0.1", 1883));

    assertEquals(List.of("edge.yaml:1: mqqt: unknown key; did you mean 'mqtt'?"), problems(root));
  }

  @Test
  void aFlagWinsAndIsNamedInErrors() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "mqtt:\n  listen: 127.0.0.1:1883\n");
    root.override("mqtt.listen", "0.0.0.0:1884");
    root.override("hub.address", "nowhere");

    assertEquals(new HostAndPort("0.0.0.0", 1884), root.section("mqtt").address("listen"));
    root.section("hub").address("address");
    assertEquals(
        List.of(
            "--hub.address: hub.address: is 'nowhere' but must be HOST:PORT, such as"
                + " 127.0.0.1:1883 or [::1]:1883"),
        problems(root));
  }

  @Test
  void namesThatTheOwnerChoosesAreSectionsInTheirOrder() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "zeta: {a: 1}\nalpha:\nbeta: 3\n");

    assertEquals(List.of("zeta", "alpha", "beta"), List.copyOf(root.entries().keySet()));
    assertEquals(1, root.section("zeta").integer("a", 0, 0, 9));
    assertEquals(List.of("edge.yaml:3: beta: must be keys and values"), problems(root));
  }

  @Test
  void textsAreGivenAsTheyAreAndTheRestAsJson() throws SettingsRefused {
    Section section =
        Settings.parse(
            "t.yaml",
            """
            with:
              text: 5 apples
              quoted: "5"
              number: 5.50
              flag: true
              nothing:
              hex: 0x1f
              list: [a, "1", 1, null, {b: c}]
              map: {"a \\"b\\"": "line\\nend", d: -1e-3}
            none:
            wrong: text
            """);
    Map<String, String> texts = section.texts("with");
    assertEquals("5 apples", texts.get("text"));
    assertEquals("5", texts.get("quoted"));
    assertEquals("5.50", texts.get("number"));
    assertEquals("true", texts.get("flag"));
    assertEquals("null", texts.get("nothing"));
    assertEquals("0x1f", texts.get("hex"));
    assertEquals("[\"a\",\"1\",1,null,{\"b\":\"c\"}]", texts.get("list"));
    assertEquals("{\"a \\\"b\\\"\":\"line\\u000aend\",\"d\":-1e-3}", texts.get("map"));
    assertEquals(Map.of(), section.texts("none"));
    assertEquals(Map.of(), section.texts("absent"));
    section.texts("wrong");
    String refused =
        String.valueOf(assertThrows(SettingsRefused.class, section::finish).getMessage());
    assertTrue(refused.contains("wrong: must be names and values"), refused);
  }

  @Test
  void refusesAKeyThatIsThereTwice() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "a: 1\nb: 2\na: 3\n");
    root.integer("a", 0, 0, 9);
    root.integer("b", 0, 0, 9);

    assertEquals(
        List.of("edge.yaml:3: a: is there twice; the first is at edge.yaml:1"), problems(root));
  }

  @Test
  void refusesWhatIsNotYaml() {
    SettingsRefused refused =
        assertThrows(SettingsRefused.class, () -> Settings.parse("edge.yaml", "a: 1\nb: [1, 2\n"));

    assertEquals(1, refused.problems().size());
    String problem = refused.problems().get(0).toString();
    assertTrue(problem.startsWith("edge.yaml:3: is not YAML: "), problem);
  }

  @Test
  void refusesATagThatTheParserStumblesOver() {
    SettingsRefused refused =
        assertThrows(SettingsRefused.class, () -> Settings.parse("edge.yaml", "!s6%3"));
    assertTrue(refused.problems().get(0).toString().contains("is not YAML"));
  }

  @Test
  void refusesWhatRefersToItself() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "a: &a\n  b: *a\n");

    assertFalse(problems(root).isEmpty());
  }

  /// A few lines that are more than a machine can hold: each level has three of the next.
  @Test
  void refusesWhatIsTooMuchWithItsAliasesWrittenOut() throws SettingsRefused {
    Section itself = Settings.parse("edge.yaml", "a: &x\n  b: *x\n  c: *x\n  d: *x\n");
    itself.section("a");
    List<String> told = problems(itself);
    assertTrue(told.stream().anyMatch(each -> each.contains("is too much")), told::toString);
    assertTrue(told.size() < 10, told::toString);

    StringBuilder laughs = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 6; i++) {
      laughs.append("l%d: &l%d [%s]\n".formatted(i, i, ("*l" + (i - 1) + ", ").repeat(9)));
    }
    List<String> billion = problems(Settings.parse("edge.yaml", laughs.toString()));
    assertTrue(billion.stream().anyMatch(each -> each.contains("is too much")), billion::toString);
  }

  @Test
  void tellsAHundredProblemsAtMost() throws SettingsRefused {
    StringBuilder twice = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      twice.append("a: 1\n");
    }
    assertEquals(100, problems(Settings.parse("edge.yaml", twice.toString())).size());

    Section itself = Settings.parse("edge.yaml", "a: &x\n  b: *x\n  c: *x\n  c: *x\n");
    itself.section("a");
    assertEquals(100, problems(itself).size());
  }

  @Test
  void refusesAListAtTheTop() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "- a\n- b\n");

    assertTrue(problems(root).get(0).startsWith("edge.yaml:1: must be keys and values"));
  }

  @Test
  void aReadersOwnRefusalHasItsPlace() throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", "a: 1\nmqtt:\n  topic: '#'\n");
    root.integer("a", 0, 0, 9);
    root.section("mqtt").refuse("topic", "must not have wildcards");

    assertEquals(List.of("edge.yaml:3: mqtt.topic: must not have wildcards"), problems(root));
  }

  @Test
  void relativePathsCountFromTheFilesDirectory(@TempDir Path directory)
      throws IOException, SettingsRefused {
    Path file = Files.writeString(directory.resolve("edge.yaml"), "cert: tls/edge.pem\nkey: x\n");
    Section root = Settings.load(file);
    root.override("key", "/etc/edge.key");

    assertEquals(directory.resolve("tls/edge.pem"), root.path("cert"));
    assertEquals(Path.of("/etc/edge.key"), root.path("key"));
    root.finish();
  }

  @Test
  void refusesAFileThatIsNotUtf8(@TempDir Path directory) throws IOException {
    Path file =
        Files.write(directory.resolve("edge.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});

    SettingsRefused refused = assertThrows(SettingsRefused.class, () -> Settings.load(file));
    assertEquals(file + ": is not UTF-8", refused.getMessage());
  }

  private static List<String> problems(Section root) {
    return assertThrows(SettingsRefused.class, root::finish).problems().stream()
        .map(SettingsRefused.Problem::toString)
        .toList();
  }
}
