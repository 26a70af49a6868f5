package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `produce` while the hub is killed: both are processes, and the kill is the real one.
@Timeout(180)
class ProduceIT {
  private static final int PATIENCE_SECONDS = 60;
  private static final int KILLS = 3;
  private static final int LINES_BETWEEN_KILLS = 20_000;

  @TempDir Path directory;
  private Process hub;
  private String kafka = "127.0.0.1:0";

  @AfterEach
  void stop() {
    hub.destroyForcibly();
  }

  @Test
  void killsOfTheHubCostNoRecordAndDoubleNone() throws Exception {
    startHub();
    assertEquals(
        0,
        CommandsIT.command("topic", "create", "lines", "--partitions", "1", "--kafka", kafka)
            .start()
            .waitFor());
    Path said = directory.resolve("said.txt");
    Process producer =
        CommandsIT.command("produce", "lines", "--kafka", kafka)
            .redirectError(said.toFile())
            .start();
    try {
      AtomicInteger written = new AtomicInteger();
      int all = (KILLS + 1) * LINES_BETWEEN_KILLS;
      Thread typist = new Thread(() -> write(producer.getOutputStream(), all, written), "typist");
      typist.start();
      for (int kill = 1; kill <= KILLS; kill++) {
        await(written, kill * LINES_BETWEEN_KILLS);
        hub.destroyForcibly().waitFor();
        startHub();
      }
      typist.join();
      assertTrue(
          producer.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "does not end" + read(said));
      assertEquals(0, producer.exitValue(), () -> read(said));
      assertEquals(IntStream.range(0, all).mapToObj(i -> "line " + i).toList(), consume());
    } finally {
      producer.destroyForcibly();
    }
  }

  private static void write(OutputStream to, int count, AtomicInteger written) {
    try (to) {
      for (int i = 0; i < count; i++) {
        to.write(("line " + i + "\n").getBytes(UTF_8));
        to.flush();
        written.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(AtomicInteger written, int count) {
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (written.get() < count && System.nanoTime() < giveUpNanos) {
      Thread.onSpinWait();
    }
    assertTrue(written.get() >= count, "the producer takes no more lines");
  }

  /// At the same port as before.
  private void startHub() throws Exception {
    String any = "127.0.0.1:0";
    String data = directory.resolve("hub").toString();
    hub =
        CommandsIT.command(
                "start", "--data-dir", data, "--mirror", any, "--kafka", kafka, "--http", any)
            .redirectErrorStream(true)
            .start();
    String greeting = hub.inputReader(UTF_8).readLine();
    assertNotNull(greeting, "ended without a word");
    Matcher listens = Pattern.compile("Kafka ([^;]+);").matcher(greeting);
    assertTrue(listens.find(), greeting);
    kafka = listens.group(1);
  }

  private List<String> consume() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Notices notices = new Notices(new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
    ReadPlan plan = new ReadPlan("lines", new Start.Beginning(), null, false);
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

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
