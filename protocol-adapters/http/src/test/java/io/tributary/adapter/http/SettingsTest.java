package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the owner may write, and what is said of the rest.
class SettingsTest {
  @TempDir Path directory;

  @Test
  void theTopicsAreThoseOfTheSection() throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", "topics: {a: {class: alarm}, b: {}}");
    AdapterPlan plan = new HttpAdapterType().plan(section);
    section.finish();
    assertEquals(
        Map.of("a", Optional.of(TopicClass.ALARM), "b", Optional.<TopicClass>empty()),
        plan.topics());
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    HttpSettings settings = Bed.read("topics: {a: {}}");
    assertEquals("127.0.0.1:8090", settings.listen().toString());
    assertEquals(
        new Limits(
            100,
            1 << 20,
            10_000,
            8 << 10,
            16 << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30)),
        settings.limits());
  }

  @Test
  void errorsNameFileLineAndKeyAndWhatIsAllowed() {
    assertEquals(
        """
        edge.yaml:1: listen: is 'here' but must be HOST:PORT, such as 127.0.0.1:1883 or [::1]:1883
        edge.yaml:2: topics._x: is the name of a topic, which must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _
        edge.yaml:2: topics._x.format: is 'xml' but must be one of json, raw
        edge.yaml:3: connections: is '0' but must be a whole number from 1 to 10000
        edge.yaml:4: waiting-bytes: is wrong: 'waiting-bytes' must be at least 4 times 'body-bytes', since a body is held as it came, unpacked and as readings
        edge.yaml:5: tls.certificate: is missing; it must be a path
        edge.yaml:5: tls.key: is missing; it must be a path
        edge.yaml:6: port: unknown key; allowed are anonymous, body-bytes, connections, header-bytes, journal-timeout, listen, readings, request-timeout, tls, token-file, topics, waiting-bytes\
        """,
        refusal(
            """
            listen: here
            topics: {_x: {format: xml}}
            connections: 0
            waiting-bytes: 1MiB
            tls: {}
            port: 1
            """));
  }

  @Test
  void everyKeyIsInTheExampleAndInThePage() throws IOException {
    String refused = refusal("topics: {a: {x: 1}}\ntls: {x: 1}\nx: 1");
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("examples/edge.yaml"))) {
      root = root.getParent();
    }
    String example = Files.readString(root.resolve("examples/edge.yaml"));
    String web = example.substring(example.indexOf("# web:"));
    String page = Files.readString(root.resolve("protocol-adapters/http/README.md"));
    int lists = 0;
    for (String line : refused.split("\n", -1)) {
      String[] parts = line.split("allowed are ", -1);
      for (String key : parts.length < 2 ? new String[0] : parts[1].split(", ", -1)) {
        assertTrue(web.contains(" " + key + ":"), key + " is not in examples/edge.yaml");
        assertTrue(page.contains("`" + key + "`"), key + " is not in README.md");
      }
      lists += parts.length - 1;
    }
    assertEquals(3, lists, refused);
  }

  @Test
  void withoutTopicsThereIsNothingToPostTo() {
    assertTrue(
        refusal("listen: 127.0.0.1:1").contains("topics: names no topic: write at least one"));
  }

  @Test
  void strangersComeInOnlyWhereTheOwnerSaysSo() {
    String open = "listen: 0.0.0.0:8090\ntopics: {a: {}}\n";
    String refused = refusal(open);
    assertTrue(
        refused.contains("is 0.0.0.0:8090, which is not a loopback address, and nobody is asked"),
        refused);
    assertTrue(refused.contains("token-file: FILE"), refused);
    Bed.read(open + "anonymous: true");
    Bed.read(open + "token-file: tokens");
    assertTrue(
        refusal(open + "anonymous: false").contains("is false, and nobody can say who they are"));
    assertTrue(
        refusal("topics: {a: {}}\nanonymous: true\ntoken-file: x")
            .contains("one of the two, not both"));
    Bed.read("listen: '[::1]:8090'\ntopics: {a: {}}");
  }

  @Test
  void tokensAreReadAtTheStartAndSaidToBeWrongInWords() throws IOException {
    Path file = directory.resolve("tokens");
    assertTrue(tokensRefused(file).contains("is not there: write it"));
    Files.writeString(file, "# none\n\n");
    assertTrue(tokensRefused(file).contains("has no token"));
    Files.writeString(file, "0123456789abcdef\nshort\n");
    assertTrue(tokensRefused(file).contains("line 2 is no token: at least 16 of the characters"));
    Files.writeString(file, "x".repeat(Bounds.TOKEN_FILE_BYTES + 1));
    assertTrue(tokensRefused(file).contains("is larger than"));
  }

  @Test
  void oneOfTheTokensLetsIn() throws IOException {
    Path file = directory.resolve("tokens");
    Files.writeString(file, "# the press\n0123456789abcdef\r\n\n  fedcba9876543210==\n");
    Tokens tokens = Tokens.read(file);
    assertTrue(tokens.isLetIn("Bearer 0123456789abcdef"));
    assertTrue(tokens.isLetIn("bearer  fedcba9876543210== "));
    assertFalse(tokens.isLetIn("Bearer 0123456789abcdeF"));
    assertFalse(tokens.isLetIn("Bearer 0123456789abcde"));
    assertFalse(tokens.isLetIn("Basic 0123456789abcdef"));
    assertFalse(tokens.isLetIn("0123456789abcdef"));
    assertFalse(tokens.isLetIn(""));
    assertFalse(tokens.isLetIn(null));
  }

  private static String tokensRefused(Path file) {
    return String.valueOf(assertThrows(IOException.class, () -> Tokens.read(file)).getMessage());
  }

  private static String refusal(String yaml) {
    return String.valueOf(
        assertThrows(SettingsRefused.class, () -> Bed.readOrRefuse(yaml)).getMessage());
  }
}
