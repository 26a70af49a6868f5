package io.tributary.hub.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `topic list` and `consume` as processes: exit status, signals, pipes.
@Timeout(60)
class CommandsIT {
  private static final int PATIENCE_SECONDS = 30;
  private static final long PRESS = 1;

  @TempDir Path directory;
  private TestHub hub;

  @BeforeEach
  void start() throws Exception {
    hub = new TestHub(Files.createDirectory(directory.resolve("hub")), 0);
    hub.topic("temperature", new Layout.PerEdge(2));
    hub.open(PRESS, "press", "temperature");
    hub.put(PRESS, "press", 3);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void listsTopics() throws Exception {
    Ended table = run("topic", "list", "--kafka", hub.address().toString());
    assertEquals(0, table.status(), table.said());
    String head = "TOPIC +LAYOUT +PARTITIONS +START +END +OFFSETS";
    assertTrue(table.printed().getFirst().matches(head), table::said);
    String row = "temperature +per-edge +3 +0 +3 +3";
    assertTrue(table.printed().stream().anyMatch(line -> line.matches(row)), table::said);
    Ended json = run("topic", "list", "--json", "--kafka", hub.address().toString());
    assertTrue(
        json.printed()
            .contains(
                "{\"topic\":\"temperature\",\"layout\":\"per-edge\",\"partitions\":3,\"offsets\":3,"
                    + "\"extents\":[{\"partition\":0,\"start\":0,\"end\":3},"
                    + "{\"partition\":1,\"start\":0,\"end\":0},"
                    + "{\"partition\":2,\"start\":0,\"end\":0}]}"),
        json::said);
  }

  @Test
  void createsTopics() throws Exception {
    String kafka = hub.address().toString();
    Ended dry =
        run("topic", "create", "orders", "--partitions", "3", "--dry-run", "--kafka", kafka);
    assertEquals(List.of("the topic 'orders' could be created"), dry.printed(), dry.said());
    Ended created =
        run(
            "topic",
            "create",
            "orders",
            "--partitions",
            "3",
            "--config",
            "retention.ms=3600000",
            "--kafka",
            kafka);
    assertEquals(0, created.status(), created.said());
    assertEquals(List.of("created the topic 'orders'"), created.printed());
    assertEquals(3, hub.partitions("orders"));
    Ended again = run("topic", "create", "orders", "--kafka", kafka);
    assertEquals(1, again.status());
    assertTrue(again.said().contains("exists already"), again::said);
    Ended odd =
        run("topic", "create", "odd", "--config", "retention=1", "--json", "--kafka", kafka);
    assertEquals(1, odd.status());
    assertTrue(odd.printed().getFirst().contains("no setting 'retention' here"), odd::said);
    assertEquals(3, run("topic", "create", "t", "--kafka", "127.0.0.1:1").status());
    assertEquals(2, run("topic", "create").status());
  }

  @Test
  void producesLinesOfAPipeAndOfAFile() throws Exception {
    String kafka = hub.address().toString();
    hub.topicOfProducers("orders", 1);
    Path lines = Files.writeString(directory.resolve("lines.txt"), "k:one\nk:two\n");
    Ended file =
        run("produce", "orders", "-f", lines.toString(), "-K", ":", "--json", "--kafka", kafka);
    assertEquals(0, file.status(), file.said());
    assertEquals(
        List.of(
            "{\"topic\":\"orders\",\"records\":2,\"bytes\":8,\"partitions\":"
                + "[{\"partition\":0,\"records\":2,\"firstOffset\":0,\"lastOffset\":1}]}"),
        file.printed());
    Ended pipe =
        runWith(
            Redirect.from(lines.toFile()),
            "produce",
            "orders",
            "--raw",
            "-z",
            "gzip",
            "--kafka",
            kafka);
    assertEquals(
        List.of("wrote 1 record (12 B) to 'orders', partition 0, offsets 2 to 2"), pipe.printed());
    assertEquals(List.of("one", "two", "k:one", "k:two", ""), consume("orders", "-Bd").printed());
  }

  @Test
  void aProducerExitsAsTheTroubleIs() throws Exception {
    String kafka = hub.address().toString();
    Path lines = Files.writeString(directory.resolve("lines.txt"), "one\ntwo\n");
    Redirect input = Redirect.from(lines.toFile());
    Ended mirrored = runWith(input, "produce", "temperature", "--json", "--kafka", kafka);
    assertEquals(1, mirrored.status());
    assertTrue(mirrored.said().contains("lines 1 to 2 refused by the hub"), mirrored::said);
    assertTrue(mirrored.printed().getFirst().contains("only edges write to it"), mirrored::said);
    Ended typo = runWith(input, "produce", "temperatur", "--kafka", kafka);
    assertEquals(2, typo.status());
    assertTrue(typo.said().contains("Did you mean 'temperature'?"), typo::said);
    assertEquals(2, run("produce", "t", "-f", "/nowhere", "--kafka", kafka).status());
    assertEquals(2, run("produce", "t", "--raw", "-K", ":", "--kafka", kafka).status());
    assertEquals(2, run("produce", "t", "-z", "zip", "--kafka", kafka).status());
    assertEquals(2, run("produce", "t", "-H", "name", "--kafka", kafka).status());
    assertEquals(3, runWith(input, "produce", "t", "--kafka", "127.0.0.1:1").status());
  }

  @Test
  void printsNothingButRecordsOnTheStandardOutput() throws Exception {
    Ended all = consume("temperature", "-B", "-d");
    assertEquals(0, all.status());
    assertEquals(List.of("value-0", "value-1", "value-2"), all.printed());
    assertEquals("", all.said());
  }

  @Test
  void exitsAsTheTroubleIs() throws Exception {
    Ended typo = consume("temperatur", "-B", "-d");
    assertEquals(2, typo.status());
    assertTrue(typo.said().contains("Did you mean 'temperature'?"), typo::said);
    assertEquals(2, consume("temperature", "-F", "{{vale}}").status());
    assertEquals(2, consume("temperature", "-B", "-T", "3").status());
    assertEquals(2, consume("temperature", "-T", "0").status());
    Ended nobody = run("consume", "temperature", "--kafka", "127.0.0.1:1");
    assertEquals(3, nobody.status());
    assertEquals(
        "tributary: cannot connect to 127.0.0.1:1: Connection refused", nobody.said().strip());
    assertEquals(3, run("topic", "list", "--kafka", "127.0.0.1:1").status());
  }

  @Test
  void ctrlCEndsAReaderThatFollows() throws Exception {
    Process reader = start("consume", "temperature", "-B", "--kafka", hub.address().toString());
    try (BufferedReader lines = reader.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("value-0", lines.readLine());
      assertEquals("value-1", lines.readLine());
      assertEquals("value-2", lines.readLine());
      assertEquals(
          0, new ProcessBuilder("kill", "-INT", Long.toString(reader.pid())).start().waitFor());
      assertTrue(reader.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, reader.exitValue());
      assertEquals(-1, lines.read());
    } finally {
      reader.destroyForcibly();
    }
  }

  @Test
  void aClosedPipeIsTheEndAndNoError() throws Exception {
    Process reader = start("consume", "temperature", "-B", "--kafka", hub.address().toString());
    try {
      BufferedReader lines = reader.inputReader(StandardCharsets.UTF_8);
      assertEquals("value-0", lines.readLine());
      lines.close();
      long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (reader.isAlive() && System.nanoTime() < giveUpNanos) {
        hub.put(PRESS, "press", 1); // it finds out when it writes
        reader.waitFor(10, TimeUnit.MILLISECONDS);
      }
      assertEquals(0, reader.exitValue());
      assertEquals("", new String(reader.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      reader.destroyForcibly();
    }
  }

  /// @param said the standard error
  private record Ended(int status, List<String> printed, String said) {}

  private Ended consume(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("consume", "--kafka", hub.address().toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private Ended run(String... arguments) throws Exception {
    return runWith(Redirect.PIPE, arguments);
  }

  private Ended runWith(Redirect input, String... arguments) throws Exception {
    Path printed = Files.createTempFile(directory, "out", ".txt");
    Path said = Files.createTempFile(directory, "err", ".txt");
    Process process =
        command(arguments)
            .redirectInput(input)
            .redirectOutput(printed.toFile())
            .redirectError(said.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS),
          "does not end: " + List.of(arguments));
      return new Ended(process.exitValue(), Files.readAllLines(printed), Files.readString(said));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(String... arguments) throws IOException {
    return command(arguments).start();
  }

  /// The program with these arguments.
  static ProcessBuilder command(String... arguments) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        new ArrayList<>(
            List.of(
                // A build that a shell has put into the background ignores Ctrl-C, and so would its
                // children.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                "io.tributary.hub.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
