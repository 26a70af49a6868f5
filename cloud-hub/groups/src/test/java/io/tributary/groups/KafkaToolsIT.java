package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.FileDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The command lines that come with Kafka, each in a process of its own. What the scripts of its `bin` folder start is
/// named there: `kafka-topics.sh` is `TopicCommand`.
@Timeout(240)
final class KafkaToolsIT {
  @TempDir private Path folder;
  private RealHub hub;

  @BeforeEach
  void start() throws Exception {
    hub = new RealHub(new FileDisk(folder.resolve("hub")));
  }

  @AfterEach
  void end() {
    hub.close();
  }

  @Test
  void topicsAreCreatedWrittenReadAndCutFromTheCommandLine() throws Exception {
    topics("--create", "--topic", "wind", "--partitions", "2", "--config", "retention.ms=3600000");
    assertTrue(topics("--list").contains("wind"));
    topics("--alter", "--topic", "wind", "--partitions", "3");
    String described = String.join("\n", topics("--describe", "--topic", "wind"));
    assertTrue(described.contains("PartitionCount: 3"), described);
    assertTrue(described.contains("retention.ms=3600000"), described);

    tool(
        "ConsoleProducer",
        numbers(0, 300),
        "--topic",
        "wind",
        "--compression-codec",
        "zstd",
        "--reader-property",
        "parse.key=true",
        "--reader-property",
        "key.separator=:");
    List<String> read =
        tool(
            "consumer.ConsoleConsumer",
            "",
            "--topic",
            "wind",
            "--group",
            "console",
            "--from-beginning",
            "--max-messages",
            "300");
    assertEquals(
        IntStream.range(0, 300).mapToObj(i -> "value-" + i).sorted().toList(),
        read.stream().filter(line -> line.startsWith("value-")).sorted().toList());
    assertEquals(300, offsets("-1"));
    assertEquals(0, offsets("earliest"));

    String groups = String.join("\n", groups("--describe", "--group", "console"));
    assertEquals(3, count("(?m)^console +wind +\\d ", groups), groups);
    assertEquals(3, count("(?m)^console +wind +\\d +(\\d+) +\\1 +0 ", groups), groups); // no lag
    groups(
        "--reset-offsets", "--group", "console", "--topic", "wind", "--to-earliest", "--execute");
    groups = String.join("\n", groups("--describe", "--group", "console"));
    assertEquals(3, count("(?m)^console +wind +\\d +0 +(\\d+) +\\1 ", groups), groups); // all again
    groups("--delete", "--group", "console");
    assertTrue(!groups("--list").contains("console"));

    Path cut =
        Files.writeString(
            folder.resolve("cut.json"),
            """
            {"version": 1, "partitions": [{"topic": "wind", "partition": 1, "offset": 5}]}
            """);
    tool("DeleteRecordsCommand", "", "--offset-json-file", cut.toString());
    assertEquals(5, offsets("earliest"));
    topics("--delete", "--topic", "wind");
    assertTrue(!topics("--list").contains("wind"));
  }

  @Test
  void verifiableClientsAgree() throws Exception {
    hub.create("wind", 2);
    String written =
        String.join(
            "\n", tool("VerifiableProducer", "", "--topic", "wind", "--max-messages", "2000"));
    assertTrue(written.contains("\"sent\":2000,\"acked\":2000"), written);
    String read =
        String.join(
            "\n",
            tool(
                "VerifiableConsumer",
                "",
                "--topic",
                "wind",
                "--group-id",
                "verifiers",
                "--reset-policy",
                "earliest",
                "--max-messages",
                "2000"));
    assertTrue(read.contains("\"name\":\"offsets_committed\""), read);
    assertTrue(!read.contains("\"success\":false"), read);
    assertEquals(
        2_000,
        Pattern.compile(
                "\"name\":\"records_consumed\",\"count\":(\\d+)|\"count\":(\\d+),\"partitions\"")
            .matcher(read)
            .results()
            .mapToInt(
                found -> Integer.parseInt(found.group(1) != null ? found.group(1) : found.group(2)))
            .sum(),
        read);
  }

  @Test
  void theSpeedTestsRunToTheirEnd() throws Exception {
    hub.create("wind", 2);
    List<String> written =
        run(
            "ProducerPerformance",
            "",
            List.of(
                "--topic",
                "wind",
                "--num-records",
                "20000",
                "--record-size",
                "100",
                "--throughput",
                "-1",
                "--bootstrap-server",
                hub.address(),
                "--command-property",
                "compression.type=lz4"));
    assertTrue(written.getLast().startsWith("20000 records sent"), written::toString);
    List<String> read =
        tool("ConsumerPerformance", "", "--topic", "wind", "--num-records", "20000");
    String[] columns = read.getLast().split(", ", -1);
    assertEquals("20000", columns[4], read::toString);
  }

  private List<String> topics(String... arguments) throws Exception {
    return tool("TopicCommand", "", arguments);
  }

  private List<String> groups(String... arguments) throws Exception {
    return tool("consumer.group.ConsumerGroupCommand", "", arguments);
  }

  /// The sum over all partitions of the offsets at a time, as `kafka-get-offsets.sh` tells them.
  private long offsets(String time) throws Exception {
    return tool("GetOffsetShell", "", "--topic", "wind", "--time", time).stream()
        .filter(line -> line.startsWith("wind:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(':') + 1)))
        .sum();
  }

  private List<String> tool(String name, String input, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", hub.address()));
    all.addAll(List.of(arguments));
    return run(name, input, all);
  }

  private List<String> run(String name, String input, List<String> arguments) throws Exception {
    try (Program program =
        new Program(folder, Program.java("org.apache.kafka.tools." + name, arguments), input)) {
      return program.lines();
    }
  }

  private static String numbers(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "key-" + i + ":value-" + i + "\n")
        .collect(Collectors.joining());
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
