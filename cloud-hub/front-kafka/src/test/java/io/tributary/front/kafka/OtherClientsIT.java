package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.record.Compression;
import io.tributary.record.RecordRefused;
import io.tributary.store.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that other people wrote read through the front: kcat (librdkafka) and Kafka's console
/// consumer.
@Timeout(60)
class OtherClientsIT {
  private static final long PRESS = 7;
  private static final int PATIENCE_SECONDS = 40;

  @TempDir Path directory;
  private Hub hub;

  @BeforeEach
  void start() throws IOException, RecordRefused {
    hub = new Hub(Files.createDirectory(directory.resolve("hub")));
    hub.topic("shared", new Layout.Partitions(2));
    for (int i = 0; i < 20; i++) {
      hub.put("shared", 0, PRESS, i * 1_000L, 1_000); // large enough for sendfile
      hub.put("shared", 1, PRESS + 1, i * 10L, 10, Compression.gzip());
    }
    hub.putGap("shared", 0, PRESS, 20_000, 20_500, 1);
    hub.put("shared", 0, PRESS, 20_500, 10);
    hub.topic("edges", new Layout.PerEdge(2));
    hub.put("edges", 0, PRESS, 0, 10);
    hub.putGap("edges", 0, PRESS, 10, 500, 490);
    hub.put("edges", 0, PRESS, 500, 10);
  }

  @AfterEach
  void stop() {
    hub.close();
    assertEquals(0, hub.store.open.get(), "batches that nobody closed");
  }

  @Test
  void kcatListsTheTopics() throws Exception {
    List<String> lines = kcat("-L");
    assertTrue(lines.contains("  topic \"shared\" with 2 partitions:"), lines::toString);
    assertTrue(lines.contains("  topic \"edges\" with 2 partitions:"), lines::toString);
  }

  @Test
  void kcatReadsBothLayoutsWithGapsInThem() throws Exception {
    List<String> expected =
        LongStream.concat(LongStream.range(0, 20_000), LongStream.range(20_500, 20_510))
            .mapToObj(n -> "key-%d value-%d %d edge=edge-7".formatted(n, n, Hub.timestampMs(n)))
            .toList();
    assertEquals(
        expected,
        kcat(
            "-C",
            "-t",
            "shared",
            "-p",
            "0",
            "-o",
            "beginning",
            "-e",
            "-q",
            "-f",
            "%k %s %T %h\\n"));
    assertEquals(
        LongStream.concat(LongStream.range(0, 10), LongStream.range(500, 510))
            .mapToObj(n -> n + " value-" + n)
            .toList(),
        kcat("-C", "-t", "edges", "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%o %s\\n"));
  }

  @Test
  void kcatStartsAtATimeOrNearTheEnd() throws Exception {
    String time = "s@" + Hub.timestampMs(150);
    List<String> lines =
        kcat("-C", "-t", "shared", "-p", "1", "-o", time, "-e", "-q", "-f", "%s\\n");
    assertEquals("value-150", lines.getFirst());
    assertEquals(50, lines.size());
    lines = kcat("-C", "-t", "shared", "-p", "1", "-o", "-3", "-e", "-q", "-f", "%s\\n");
    assertEquals(List.of("value-197", "value-198", "value-199"), lines);
  }

  @Test
  void kcatIsToldThatATopicIsAMirror() throws Exception {
    assumeKcat();
    Path line = Files.writeString(directory.resolve("line"), "x\n");
    List<String> lines =
        run(List.of("kcat", "-b", hub.address(), "-P", "-t", "shared", "-p", "0", line.toString()));
    assertTrue(lines.toString().contains("Policy violation"), lines::toString);
  }

  @Test
  void kafkasConsoleConsumerReadsBothLayouts() throws Exception {
    assertEquals(
        LongStream.concat(LongStream.range(0, 10), LongStream.range(500, 510))
            .mapToObj(n -> "value-" + n)
            .toList(),
        consoleConsumer("edges", 0, "earliest", 20));
    assertEquals(
        LongStream.concat(LongStream.range(19_990, 20_000), LongStream.range(20_500, 20_510))
            .mapToObj(n -> "value-" + n)
            .toList(),
        consoleConsumer("shared", 0, "19990", 20));
  }

  private List<String> kcat(String... arguments) throws Exception {
    assumeKcat();
    List<String> command = new ArrayList<>(List.of("kcat", "-b", hub.address()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static void assumeKcat() {
    boolean found =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kcat")));
    if (!found) {
      System.err.println("NOT TESTED: kcat is not installed, so nothing shows that it reads us");
    }
    assumeTrue(found, "kcat is not installed");
  }

  private List<String> consoleConsumer(String topic, int partition, String offset, int count)
      throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> lines =
        run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                "--bootstrap-server",
                hub.address(),
                "--topic",
                topic,
                "--partition",
                Integer.toString(partition),
                "--offset",
                offset,
                "--max-messages",
                Integer.toString(count)));
    return lines.stream().filter(line -> line.startsWith("value-")).toList();
  }

  private List<String> run(List<String> command) throws Exception {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> command + " does not end");
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output);
  }
}
