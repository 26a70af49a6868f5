package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.hub.Main;
import io.tributary.hub.pipeline.PipelineCommand;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// A pipeline whose guest counts, in a hub that is killed again and again while it works: a process, and the kill is the real one.
/// Each record comes out with its number, so one that is missing, twice or out of order shows.
@Timeout(300)
class PipelineIT {
  private static final int PATIENCE_SECONDS = 120;
  private static final int KILLS = 6;
  private static final int RECORDS = 60_000;

  @TempDir Path directory;
  private Process hub;
  private String kafka = "127.0.0.1:0";
  private String http = "127.0.0.1:0";

  private record Ended(int status, String said) {}

  @AfterEach
  void stop() {
    hub.destroyForcibly();
  }

  @Test
  void killsOfTheHubCostNoRecordAndDoubleNone() throws Exception {
    configure();
    startHub();
    assertEquals(
        0, run("topic", "create", "lines", "--partitions", "1", "--kafka", kafka).status());
    assertEquals(0, run("pipeline", "pause", "count", "--http", http).status());
    assertEquals(0, produce("lines", RECORDS));
    assertEquals(
        "the pipeline count resumed", run("pipeline", "resume", "count", "--http", http).said());
    for (int kill = 1; kill <= KILLS; kill++) {
      int soon = kill * RECORDS / (KILLS + 2);
      await("\"out\":", out -> out >= soon);
      hub.destroyForcibly().waitFor();
      startHub();
    }
    await("\"lag\":", lag -> lag == 0);
    await("\"out\":", out -> out == RECORDS);
    List<String> counted = IntStream.rangeClosed(1, RECORDS).mapToObj(String::valueOf).toList();
    assertEquals(counted, consume());
    Ended told = run("pipeline", "describe", "count", "--http", http);
    assertTrue(told.said().contains("running"), told.said());
    assertTrue(produce("counted", 1) != 0, "only the pipeline writes it");
    assertTrue(Files.readString(directory.resolve("said.txt")).contains("pipeline 'count'"));
    Ended refused = run("topic", "delete", "counted", "--yes", "--http", http);
    assertTrue(
        refused.status() != 0 && refused.said().contains("pipeline 'count'"), refused.said());
  }

  private void configure() throws Exception {
    byte[] wasm;
    try (InputStream in = Main.class.getResourceAsStream("aggregate.wasm")) {
      wasm = Objects.requireNonNull(in).readAllBytes();
    }
    Files.write(directory.resolve("count.wasm"), wasm);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wasm));
    Files.writeString(
        directory.resolve("hub.yaml"),
        """
        data-dir: hub
        pipelines:
          count:
            from: lines
            to: counted
            transforms:
              - uses: ./count.wasm
                sha256: %s
        """
            .formatted(sha256));
  }

  private int produce(String topic, int records) throws Exception {
    Process producer =
        CommandsIT.command("produce", topic, "--kafka", kafka)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said.txt").toFile())
            .start();
    try (OutputStream to = producer.getOutputStream()) {
      to.write(
          IntStream.range(0, records)
              .mapToObj(i -> "line " + i + "\n")
              .collect(Collectors.joining())
              .getBytes(UTF_8));
    }
    assertTrue(producer.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return producer.exitValue();
  }

  /// At the same ports as before.
  private void startHub() throws Exception {
    String config = directory.resolve("hub.yaml").toString();
    hub =
        CommandsIT.command(
                "start",
                "--config",
                config,
                "--mirror",
                "127.0.0.1:0",
                "--kafka",
                kafka,
                "--http",
                http)
            .redirectError(directory.resolve("log.txt").toFile())
            .start();
    String greeting = hub.inputReader(UTF_8).readLine();
    assertNotNull(greeting, () -> "ended without a word; see log.txt");
    kafka = found("Kafka ([^;]+);", greeting);
    http = found("http://([^/]+)/status", greeting);
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), text);
    return matcher.group(1);
  }

  /// Waits until a number of the pipeline's status is as wanted.
  private void await(String key, LongPredicate wanted) {
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      String status = run("pipeline", "describe", "count", "--json", "--http", http).said();
      if (wanted.test(Long.parseLong(found(key + "(\\d+)", status)))) {
        return;
      }
      assertTrue(System.nanoTime() < giveUpNanos, status);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private static Ended run(String... arguments) {
    StringWriter said = new StringWriter();
    PrintStream standardError = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      int status =
          new CommandLine(
                  arguments[0].equals("pipeline") ? new PipelineCommand() : new TopicCommand())
              .setOut(new PrintWriter(said))
              .setErr(new PrintWriter(said))
              .execute(List.of(arguments).subList(1, arguments.length).toArray(new String[0]));
      return new Ended(status, (said + told.toString(UTF_8)).strip());
    } finally {
      System.setErr(standardError);
    }
  }

  private List<String> consume() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Notices notices = new Notices(new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
    ReadPlan plan = new ReadPlan("counted", new Start.Beginning(), null, false);
    new Consumption(
            Dialer.PLAIN,
            new AddressConverter().convert(kafka),
            plan,
            new TextFormat(false),
            new Output(printed),
            notices)
        .run();
    return printed.toString(UTF_8).lines().toList();
  }
}
