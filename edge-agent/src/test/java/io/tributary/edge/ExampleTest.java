package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `examples/edge.yaml` and `gateway.yaml` are read as they stand; of the first, its defaults are the code's, and no key of the code is
/// missing in it.
final class ExampleTest {
  private static final String UNKNOWN = "no-such-key-anywhere";
  private static final Pattern ALLOWED =
      Pattern.compile("(\\S*)" + UNKNOWN + ": .*allowed are (.*)");

  @Test
  void isReadAsItStands() throws Exception {
    EdgeConfig config = finished(example());
    assertEquals("press-4", config.edgeId());
    assertEquals(1, config.adapters().size());
    assertEquals(
        List.of("alarms", "temperature", "vibration"), List.copyOf(config.topics().keySet()));
  }

  @Test
  void theGatewayIsReadAsItStands() throws Exception {
    assertEquals(12, finished(example("gateway.yaml")).adapters().size());
  }

  @Test
  void showsTheDefaultsThatTheCodeHas() throws Exception {
    String commented = example();
    // Keys that have no default, or whose default another key shows.
    String written =
        commented
            .replaceAll("(?m)^ *# (name|quota): .*$", "")
            .replaceAll("(?m)^( *)# ([a-z-]+: \\S+)$", "$1$2")
            .replaceAll("(?m)^ *key: mqtt-topic\n", "")
            .replaceAll("(?m)^ *timestamp: arrival\n", "")
            .replaceAll("(?m)^ *(certificate|key|ca): \\S*\\.pem\n", "");
    assertTrue(written.contains("\n  linger: 2ms") && written.contains("\nprofile: default"));
    EdgeConfig expected = finished(commented);
    EdgeConfig actual = finished(written);
    assertEquals(expected.hub(), actual.hub());
    assertEquals(expected.http(), actual.http());
    assertEquals(expected.journal(), actual.journal());
    assertEquals(expected.classes(), actual.classes());
    assertEquals(expected.topics(), actual.topics());
  }

  @Test
  void documentsEveryKey() throws Exception {
    String text = example();
    Map<String, List<String>> known = knownKeys();
    assertEquals(22, known.size(), () -> "sections that named their keys: " + known.keySet());
    known.forEach((section, keys) -> {
      for (String key : keys) {
        Pattern line = Pattern.compile("(?m)^ *(# *|- )*" + key + ":");
        assertTrue(line.matcher(text).find(), section + key + " is not in examples/edge.yaml");
      }
    });
  }

  /// Asks the code: an unknown key in each section makes it name those that it knows.
  private static Map<String, List<String>> knownKeys() throws Exception {
    String bad = UNKNOWN + ": 1";
    Section root =
        Settings.parse(
            "all",
            """
            %s
            http: {%s}
            hub: {%s, tls: {%s}}
            journal: {%s}
            classes: {%s, alarm: {%s}}
            topics:
              t:
                %s
                transforms: [{%s, uses: dedup, lookback: {%s, last: 1}, budget: {%s}}]
            pipelines: {p: {%s, from: t, to: u, transforms: [{uses: dedup}]}}
            adapters:
              mqtt:
                %s
                mappings: [{%s}]
                listeners: [{%s, tls: {%s}}]
                rights: [{%s}]
                publish-rate: {%s}
              plant: {type: mqtt-bridge, %s, tls: {%s}, subscriptions: [{%s}], mappings: [{%s}]}
            """
                .formatted(
                    bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad,
                    bad, bad, bad, bad, bad, bad));
    EdgeConfig.of(root, StartCommand.adapterTypes());
    SettingsRefused refused = assertThrows(SettingsRefused.class, root::finish);
    Map<String, List<String>> known = new LinkedHashMap<>();
    for (SettingsRefused.Problem problem : refused.problems()) {
      Matcher allowed = ALLOWED.matcher(problem.key() + ": " + problem.text());
      if (allowed.matches()) {
        known.put(allowed.group(1), List.of(allowed.group(2).split(", ", -1)));
      }
    }
    return known;
  }

  private static String example() throws IOException {
    return example("edge.yaml");
  }

  private static String example(String name) throws IOException {
    Path examples = Path.of("examples", name);
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.exists(repository.resolve(examples))) {
      repository = repository.getParent();
      assertNotNull(repository, "no " + examples + " above the working directory");
    }
    return Files.readString(repository.resolve(examples));
  }

  private static EdgeConfig finished(String text) throws SettingsRefused {
    Section root = Settings.parse("edge.yaml", text);
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    root.finish();
    return config;
  }
}
