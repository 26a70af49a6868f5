package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.FileDisk;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One program, with Kafka's clients of 2021 and with those of today.
@Timeout(240)
final class OlderKafkaClientsIT {
  /// Where the build puts them.
  private static final Path OLDER = Path.of("target", "older-kafka-clients").toAbsolutePath();

  private static final int PARTITIONS = 3;

  @TempDir private Path folder;
  private RealHub hub;

  @BeforeEach
  void start() throws Exception {
    hub = new RealHub(new FileDisk(folder.resolve("hub")));
    hub.create("temperature", PARTITIONS);
  }

  @AfterEach
  void end() {
    hub.close();
  }

  @Test
  void bothWriteAndReadInOneGroupInTurn() throws Exception {
    assertTrue(
        older("write", "0", "1000").contains("acknowledged temperature"), "nothing was written");
    List<String> lines = older("read", "1000");
    assertEquals("kafka-clients 2.8.2", lines.getFirst());
    assertEquals(values(0, 1_000), read(lines));

    hub.stop();
    hub.start();
    older("write", "1000", "1500");
    lines = today("read", "500");
    assertEquals("kafka-clients " + AppInfoParser.getVersion(), lines.getFirst());
    assertEquals(values(1_000, 1_500), read(lines));

    today("write", "1500", "1600");
    assertEquals(values(1_500, 1_600), read(older("read", "100")));
  }

  private List<String> older(String what, String... arguments) throws Exception {
    String classPath =
        Path.of("target", "test-classes").toAbsolutePath()
            + File.pathSeparator
            + OLDER.resolve("*");
    return run(Program.java(classPath, PlainClient.class.getName(), all(what, arguments)));
  }

  private List<String> today(String what, String... arguments) throws Exception {
    return run(Program.java(PlainClient.class.getName(), all(what, arguments)));
  }

  private List<String> all(String what, String... arguments) {
    return Stream.concat(Stream.of(what, hub.address(), "temperature"), Stream.of(arguments))
        .toList();
  }

  private List<String> run(List<String> command) throws Exception {
    try (Program program = new Program(folder, command, "")) {
      return program.lines();
    }
  }

  private static List<String> values(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "value " + i).sorted().toList();
  }

  private static List<String> read(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("value ")).sorted().toList();
  }
}
