package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.store.Layout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `group` and `topic describe` against a real coordinator over a real front.
@Timeout(120)
class GroupCommandsTest {
  @TempDir Path directory;
  private TestHub hub;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final PrintStream standardError = System.err;

  @BeforeEach
  void start() throws Exception {
    hub = new TestHub(directory, 0);
    hub.topicOfProducers("orders", 2);
    produce(0, 10);
    produce(1, 100);
    System.setErr(new PrintStream(told, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setErr(standardError);
    hub.close();
  }

  @Test
  void resetsWhereItIsToldAndOnlyWhenItIsToldTo() {
    String dry = done("reset", "billing", "--topic", "orders", "--to-latest");
    assertTrue(dry.contains("nothing is changed"), dry);
    assertEquals("GROUP  STATE  PROTOCOL", done("list"));

    done("reset", "billing", "--topic", "orders", "--to-latest", "--execute");
    assertOffsets(10, 100);
    done("reset", "billing", "--topic", "orders:1", "--shift-by", "-7", "--execute");
    assertOffsets(10, 93);
    done("reset", "billing", "--topic", "orders", "--to-offset", "20", "--execute");
    assertOffsets(10, 20); // the first has no offset 20
    done("reset", "billing", "--topic", "orders", "--to-earliest", "--execute");
    assertOffsets(0, 0);
    done(
        "reset",
        "billing",
        "--topic",
        "orders:0",
        "--to-time",
        "2100-01-01T00:00:00Z",
        "--execute");
    assertOffsets(10, 0);
    done("reset", "billing", "--topic", "orders:0", "--to-time", "0", "--execute");
    assertOffsets(0, 0);
    String json = done("reset", "billing", "--topic", "orders:1,0", "--to-offset", "3", "--json");
    assertEquals(
        "{\"group\":\"billing\",\"executed\":false,\"partitions\":["
            + "{\"topic\":\"orders\",\"partition\":0,\"from\":0,\"to\":3},"
            + "{\"topic\":\"orders\",\"partition\":1,\"from\":0,\"to\":3}]}",
        json);
  }

  private void assertOffsets(long first, long second) {
    assertEquals(
        "{\"group\":\"billing\",\"state\":\"Empty\",\"type\":\"classic\",\"assignor\":\"\","
            + "\"members\":[],\"partitions\":["
            + "{\"topic\":\"orders\",\"partition\":0,\"committed\":%d,\"end\":10,\"lag\":%d,\"client\":\"\",\"metadata\":\"\"},"
                .formatted(first, 10 - first)
            + "{\"topic\":\"orders\",\"partition\":1,\"committed\":%d,\"end\":100,\"lag\":%d,\"client\":\"\",\"metadata\":\"\"}]}"
                .formatted(second, 100 - second),
        done("describe", "billing", "--json"));
  }

  @Test
  void aClassicGroupWithAMemberIsShownAndNotTouched() throws Exception {
    try (TestMember member = TestMember.classic(hub.address(), "billing", "orders")) {
      assertMemberIsSafe(member, "classic", "orders:0");
      member.leave();
      assertEquals("deleted the group 'billing'", done("delete", "billing"));
    }
    assertEquals(1, run("delete", "billing").status());
    assertTrue(said().contains("no group 'billing', there is none yet"), said());
  }

  @Test
  void aGroupOfTheNewProtocolIsShownAndNotTouched() throws Exception {
    try (TestMember member = TestMember.consumer(hub.address(), "billing", "orders")) {
      assertMemberIsSafe(member, "consumer", "orders:0,1");
    }
  }

  private void assertMemberIsSafe(TestMember member, String type, String assignment) {
    String shown = done("describe", "billing");
    assertTrue(shown.contains(type + " protocol"), shown);
    assertTrue(shown.contains(member.id()), shown);
    assertTrue(shown.contains(assignment), shown);
    assertTrue(shown.matches("(?s).*orders +0 +- +10 +- +tributary.*"), shown);
    Ended reset = run("reset", "billing", "--topic", "orders", "--to-earliest", "--execute");
    assertEquals(1, reset.status());
    assertTrue(said().contains("has members, and is reset only without"), said());
    assertEquals(1, run("delete", "billing").status());
    assertTrue(said().contains("has members: stop them first"), said());
  }

  @Test
  void wrongUsageIsTold() {
    assertEquals(2, run("reset", "billing", "--to-latest").status());
    assertEquals(2, run("reset", "billing", "--topic", "orders").status());
    assertEquals(
        2, run("reset", "b", "--topic", "orders", "--to-latest", "--to-offset", "3").status());
    assertEquals(2, run("reset", "b", "--topic", "orders", "--to-time", "noon").status());
    assertEquals(2, run("reset", "b", "--topic", "orders:x", "--to-latest").status());
    assertEquals(2, run("reset", "b", "--topic", "orders:2", "--to-latest").status());
    assertTrue(said().contains("topic orders has no partition 2, it has 0 to 1"), said());
    assertEquals(2, run("reset", "b", "--topic", "order", "--to-latest").status());
    assertTrue(said().contains("Did you mean 'orders'?"), said());
    assertEquals(1, run("describe", "billing").status());
  }

  @Test
  void describesATopic() throws Exception {
    String shown = run(new TopicCommand(), "describe", "orders").printed();
    assertTrue(shown.startsWith("topic 'orders': 2 partitions, 110 offsets, id "), shown);
    assertTrue(shown.matches("(?s).*tributary.mirrored +false.*"), shown);
    assertTrue(shown.matches("(?s).*\\n1 +0 +100 +100"), shown);
    hub.topic("wide", new Layout.Partitions(20));
    String wide = run(new TopicCommand(), "describe", "wide").printed();
    assertTrue(wide.contains("... and 4 more"), wide);
    assertTrue(wide.contains("`hub status` shows which"), wide);
    String json = run(new TopicCommand(), "describe", "wide", "--json").printed();
    assertTrue(json.contains("\"mirrored\":true,\"layout\":\"partitions\",\"settings\":{"), json);
    assertTrue(json.contains("{\"partition\":19,\"start\":0,\"end\":0,\"offsets\":0}"), json);
  }

  @Test
  void timesAreReadAsPeopleWriteThem() {
    assertEquals(new ResetTarget.Time(1_000), ResetTarget.time("1000"));
    assertEquals(new ResetTarget.Time(1_000), ResetTarget.time("1970-01-01T00:00:01Z"));
    assertEquals(new ResetTarget.Time(1_000), ResetTarget.time("1970-01-01T01:00:01+01:00"));
    assertEquals(new ResetTarget.Time(1_500), ResetTarget.time("1970-01-01T00:00:01.5"));
    for (String wrong : List.of("", "noon", "1970-01-01", "-1", "99999999999999999999")) {
      assertThrows(IllegalArgumentException.class, () -> ResetTarget.time(wrong), wrong);
    }
  }

  @Test
  void aShiftStaysWithinThePartition() {
    Map<Integer, Long> none = Map.of();
    assertEquals(10, new ResetTarget.Shift(Long.MAX_VALUE).offset(0, 2, 10, 5, none));
    assertEquals(2, new ResetTarget.Shift(Long.MIN_VALUE).offset(0, 2, 10, 5, none));
    assertEquals(6, new ResetTarget.Shift(1).offset(0, 2, 10, 5, none));
  }

  private void produce(int partition, int lines) throws Failure {
    ProducePlan plan =
        new ProducePlan(
            "orders",
            partition,
            new LineForm(null, null, null),
            EncodedHeaders.NONE,
            ProducePlan.ALL,
            Compression.none(),
            0,
            false);
    new Production(Dialer.PLAIN, hub.address(), plan, new Notices(System.err), null)
        .run(new ByteArrayInputStream("x\n".repeat(lines).getBytes(UTF_8)));
  }

  private record Ended(int status, String printed) {}

  /// What it prints, without the last line's end.
  private String done(String... arguments) {
    Ended ended = run(arguments);
    assertEquals(0, ended.status(), this::said);
    return ended.printed();
  }

  private Ended run(String... arguments) {
    return run(new GroupCommand(), arguments);
  }

  private Ended run(Object command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--kafka", hub.address().toString()));
    StringWriter printed = new StringWriter();
    int status =
        new CommandLine(command)
            .setOut(new PrintWriter(printed))
            .execute(all.toArray(String[]::new));
    return new Ended(status, printed.toString().stripTrailing());
  }

  private String said() {
    return told.toString(UTF_8);
  }
}
