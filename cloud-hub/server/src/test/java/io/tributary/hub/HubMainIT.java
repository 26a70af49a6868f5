package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.settings.HostAndPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program `hub` as a process: what it says and what it leaves to whoever started it.
@Timeout(120)
final class HubMainIT {
  private static final int BOUND_SECONDS = 60;

  @TempDir private Path directory;

  /// A process that has ended, and all that it said.
  private record Ended(int status, String said) {}

  @Test
  void endsCleanlyWhenItIsAskedTo() throws Exception {
    Process hub =
        start("start", "--data-dir", "hub", "--mirror", any(), "--kafka", any(), "--http", any());
    String greeting = firstLine(hub);
    assertTrue(greeting.startsWith("hub "), greeting);
    Matcher http = Pattern.compile("http://([^/]+)/status").matcher(greeting);
    assertTrue(http.find(), greeting);
    assertTrue(HostAndPort.parse(http.group(1)).port() > 0);

    Ended text = run("status", "--http", http.group(1));
    assertEquals(0, text.status(), text.said());
    assertTrue(text.said().contains("INSECURE"), text.said());
    Ended json = run("status", "--json", "--http", http.group(1));
    assertEquals(0, json.status());
    assertTrue(json.said().startsWith("{\"hub\":"), json.said());

    hub.destroy(); // SIGTERM
    assertEquals(0, statusOf(hub));

    Ended after = run("status", "--http", http.group(1));
    assertEquals(3, after.status());
    assertTrue(after.said().contains("is it running"), after.said());
  }

  @Test
  void survivesAKillAndStartsAgain() throws Exception {
    Process first =
        start("start", "--data-dir", "hub", "--mirror", any(), "--kafka", any(), "--http", any());
    String before = firstLine(first);
    first.destroyForcibly();
    statusOf(first);
    Process second =
        start("start", "--data-dir", "hub", "--mirror", any(), "--kafka", any(), "--http", any());
    String after = firstLine(second);
    assertEquals(before.substring(0, 40), after.substring(0, 40), "the same hub id");
    second.destroy();
    assertEquals(0, statusOf(second));
  }

  @Test
  void aWrongConfigurationIsStatusTwoAndEveryProblemIsNamed() throws Exception {
    Path config = directory.resolve("hub.yaml");
    Files.writeString(
        config, "data-dir: hub\nmirror:\n  lissen: 127.0.0.1:0\nauto-create: maybe\n");
    Ended refused = run("start", "--config", config.toString());
    assertEquals(2, refused.status());
    assertTrue(refused.said().contains("hub.yaml:3: mirror.lissen: unknown key"), refused.said());
    assertTrue(refused.said().contains("did you mean 'listen'?"), refused.said());
    assertTrue(refused.said().contains("hub.yaml:4: auto-create"), refused.said());

    assertEquals(2, run("start", "--config", directory.resolve("none.yaml").toString()).status());
    assertEquals(2, run("start", "--no-such-flag").status());
  }

  @Test
  void aPortThatIsTakenIsStatusThree() throws Exception {
    Process hub =
        start("start", "--data-dir", "a", "--mirror", any(), "--kafka", any(), "--http", any());
    Matcher kafka = Pattern.compile("Kafka ([^;]+);").matcher(firstLine(hub));
    assertTrue(kafka.find());
    Ended second =
        run(
            "start",
            "--data-dir",
            "b",
            "--mirror",
            any(),
            "--kafka",
            kafka.group(1),
            "--http",
            any());
    assertEquals(3, second.status());
    assertTrue(second.said().contains("kafka.listen: cannot listen on " + kafka.group(1)));
    hub.destroy();
    statusOf(hub);
  }

  private static String any() {
    return "127.0.0.1:0";
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private Ended run(String... arguments) throws Exception {
    return ended(start(arguments));
  }

  private static Ended ended(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(statusOf(process), said);
  }

  private static int statusOf(Process process) throws InterruptedException {
    assertTrue(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), "does not end");
    return process.exitValue();
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    assertNotNull(line, "ended without a word");
    return line;
  }
}
