package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `examples/hub.yaml` is read as it stands, its defaults are the code's, and no key of the code is
/// missing in it.
final class ExampleTest {
  private static final String UNKNOWN = "no-such-key-anywhere";
  private static final Pattern ALLOWED =
      Pattern.compile("(\\S*)" + UNKNOWN + ": .*allowed are (.*)");

  @TempDir private Path directory;

  @Test
  void isReadAsItStands() throws Exception {
    HubConfig config = HubConfig.of(finished(example()));
    assertNotNull(config.mirror().tls());
    assertEquals(2, config.topics().size());
    assertEquals(directory.resolve("./hub-data"), config.dataDirectory());
  }

  @Test
  void showsTheDefaultsThatTheCodeHas() throws Exception {
    String commented = example();
    String written = commented.replaceAll("(?m)^( *)# ([a-z-]+: \\S+)$", "$1$2");
    assertTrue(written.contains("\n  credit: ") && written.contains("\nauto-create: true"));
    HubConfig expected = HubConfig.of(finished(commented));
    HubConfig actual =
        HubConfig.of(
            finished(
                written
                    .replace("  reserve: 4\n", "")
                    .replace("  advertised: hub.example:9092\n", "")));
    assertEquals(expected.topics(), actual.topics());
    assertEquals(expected.pattern(), actual.pattern());
    assertEquals(expected.mirror().limits(), actual.mirror().limits());
    assertEquals(expected.mirror().sessions(), actual.mirror().sessions());
    assertEquals(expected.kafka(), actual.kafka());
    assertEquals(expected.http(), actual.http());
  }

  @Test
  void documentsEveryKey() throws Exception {
    String text = example();
    Map<String, List<String>> known = knownKeys();
    assertEquals(
        List.of(
            "",
            "mirror.",
            "mirror.tls.",
            "kafka.",
            "kafka.tls.",
            "http.",
            "defaults.",
            "topics.t.",
            "pipelines.p.",
            "pipelines.p.transforms[0].",
            "pipelines.p.transforms[0].lookback.",
            "pipelines.p.transforms[0].budget."),
        List.copyOf(known.keySet()));
    known.forEach((section, keys) -> {
      for (String key : keys) {
        Pattern line = Pattern.compile("(?m)^ *(# +)?(- |.*[{ ])?" + key + ":");
        assertTrue(line.matcher(text).find(), section + key + " is not in examples/hub.yaml");
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
            mirror: {%s, tls: {%s}}
            kafka: {%s, tls: {%s}}
            http: {%s}
            defaults: {%s}
            topics: {t: {%s}}
            pipelines: {p: {%s, transforms: [{%s, uses: a.wasm, lookback: {%s}, budget: {%s}}]}}
            """
                .formatted(bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad));
    HubConfig.of(root);
    SettingsRefused refused = assertThrows(SettingsRefused.class, root::finish);
    Map<String, List<String>> known = new LinkedHashMap<>();
    for (String section :
        List.of(
            "",
            "mirror.",
            "mirror.tls.",
            "kafka.",
            "kafka.tls.",
            "http.",
            "defaults.",
            "topics.t.",
            "pipelines.p.",
            "pipelines.p.transforms[0].",
            "pipelines.p.transforms[0].lookback.",
            "pipelines.p.transforms[0].budget.")) {
      for (SettingsRefused.Problem problem : refused.problems()) {
        Matcher allowed = ALLOWED.matcher(problem.key() + ": " + problem.text());
        if (allowed.matches() && allowed.group(1).equals(section)) {
          known.put(section, new ArrayList<>(List.of(allowed.group(2).split(", ", -1))));
        }
      }
    }
    return known;
  }

  /// The file, beside certificates of the names in it.
  private String example() throws Exception {
    CertificateAuthority.writeAll(directory, List.of());
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.exists(repository.resolve("examples/hub.yaml"))) {
      repository = repository.getParent();
      assertNotNull(repository, "no examples/hub.yaml above the working directory");
    }
    return Files.readString(repository.resolve("examples/hub.yaml"));
  }

  private Section finished(String text) throws Exception {
    Path file = directory.resolve("hub.yaml");
    Files.writeString(file, text);
    Section root = Settings.load(file);
    HubConfig.of(root);
    root.finish();
    return Settings.load(file);
  }
}
