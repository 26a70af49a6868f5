package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `topic alter` against a real store over a real front.
@Timeout(60)
class TopicAlterCommandTest {
  @TempDir Path directory;
  private TestHub hub;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final PrintStream standardError = System.err;

  @BeforeEach
  void start() throws Exception {
    hub = new TestHub(directory, 0);
    hub.topicOfProducers("orders", 2);
    System.setErr(new PrintStream(told, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setErr(standardError);
    hub.close();
  }

  @Test
  void changesSettingsAndPartitions() {
    assertEquals(
        "the topic 'orders' could be changed so",
        done(
            "alter",
            "orders",
            "--config",
            "retention.ms=3600000",
            "--partitions",
            "5",
            "--dry-run"));
    assertEquals(2, hub.partitions("orders"));
    assertEquals(
        "{\"topic\":\"orders\",\"altered\":true,\"settings\":{\"retention.ms\":\"3600000\"},\"partitions\":5}",
        done("alter", "orders", "--config", "retention.ms=3600000", "--partitions", "5", "--json"));
    assertEquals(5, hub.partitions("orders"));
    assertTrue(done("describe", "orders").matches("(?s).*retention.ms +3600000.*"));
    assertEquals("changed the topic 'orders'", done("alter", "orders", "--partitions", "6"));
    assertEquals(6, hub.partitions("orders"));
  }

  @Test
  void saysWhyItChangesNothing() {
    assertEquals(1, run("alter", "orders", "--partitions", "1"));
    assertEquals(1, run("alter", "orders", "--config", "retention=1"));
    assertTrue(said().contains("topic 'orders' is not changed: "), said());
    assertEquals(2, run("alter", "orders"));
    assertTrue(said().contains("nothing to change"), said());
    assertEquals(2, run("alter", "order", "--partitions", "5"));
    assertTrue(said().contains("Did you mean 'orders'?"), said());
    assertEquals(2, hub.partitions("orders"));
  }

  private final StringWriter printed = new StringWriter();

  /// What it prints, without the last line's end.
  private String done(String... arguments) {
    assertEquals(0, run(arguments), this::said);
    return printed.toString().stripTrailing();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--kafka", hub.address().toString()));
    printed.getBuffer().setLength(0);
    return new CommandLine(new TopicCommand())
        .setOut(new PrintWriter(printed))
        .execute(all.toArray(String[]::new));
  }

  private String said() {
    return told.toString(UTF_8);
  }
}
