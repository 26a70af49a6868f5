package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.Modules;
import io.tributary.store.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `consume` prints, read from a real store over a real front.
@Timeout(60)
class ConsumptionTest {
  private static final long PRESS = 1;
  private static final long OVEN = 2;
  private static final String ORIGIN = "{{edge}} {{offset}} {{edge-offset}} {{value}}";

  @TempDir Path directory;
  private TestHub hub;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws Exception {
    hub = new TestHub(directory, 0);
    hub.topic("shared", new Layout.Partitions(1));
    hub.open(PRESS, "press", "shared");
    hub.open(OVEN, "oven", "shared");
    hub.topic("edges", new Layout.PerEdge(1));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void showsTheEdgesOwnOffsetWhereStreamsInterleave() throws Exception {
    hub.put(PRESS, "press", 2);
    hub.put(OVEN, "oven", 1, "hot", Compression.gzip());
    hub.put(PRESS, "press", 1);
    assertEquals(
        List.of("press 0 0 value-0", "press 1 1 value-1", "oven 2 0 hot-0", "press 3 2 value-2"),
        consume("shared", new Start.Beginning(), ORIGIN));
  }

  @Test
  void tellsOfHolesInBothLayoutsAndGoesOnBehindThem() throws Exception {
    hub.put(PRESS, "press", 2);
    hub.putGap(PRESS, 50);
    hub.put(PRESS, "press", 1);
    assertEquals(
        List.of("press 0 0 value-0", "press 1 1 value-1", "press 3 52 value-52"),
        consume("shared", new Start.Beginning(), ORIGIN));
    assertEquals(
        "tributary: missing: 50 records of stream 1, its offsets 2 to 51: drop-oldest",
        notices().getFirst());

    hub.open(3, "press", "edges");
    hub.put(3, "press", 2);
    hub.putGap(3, 50);
    hub.put(3, "press", 1);
    assertEquals(
        List.of("press 0 0 value-0", "press 1 1 value-1", "press 52 52 value-52"),
        consume("edges", new Start.Beginning(), ORIGIN));
    assertEquals(2, notices().size());
    assertEquals(2, consume("_gaps", new Start.Beginning(), "{{value}}").size());
  }

  @Test
  void headTakesTheFirstAndStopsThoughItCouldFollow() throws Exception {
    hub.put(PRESS, "press", 10);
    List<String> lines = new ArrayList<>();
    assertEquals(0, consume(plan("shared", new Start.Head(3), true), "{{value}}", lines));
    assertEquals(List.of("value-0", "value-1", "value-2"), lines);
  }

  @Test
  void tailTakesTheNewestOfAllPartitionsByTime() throws Exception {
    for (long stream = 10; stream < 14; stream++) {
      hub.open(stream, "edge-" + stream, "edges");
      hub.put(stream, "edge-" + stream, 100);
    }
    assertEquals(
        List.of("edge-13 98", "edge-10 99", "edge-11 99", "edge-12 99", "edge-13 99"),
        consume("edges", new Start.Tail(5), "{{edge}} {{offset}}"));
    // A hole of many offsets must not make the tail shorter.
    hub.putGap(13, 1_000_000);
    hub.put(13, "edge-13", 1);
    assertEquals(
        List.of("edge-13 99", "edge-13 1000100"),
        consume("edges", new Start.Tail(2), "{{edge}} {{offset}}"));
    assertEquals(1, notices().stream().filter(line -> line.contains("missing")).count());
    assertEquals(401, consume("edges", new Start.Tail(1_000), "{{value}}").size());
  }

  @Test
  void startsAtAnOffsetAndSaysWhenThereIsNone() throws Exception {
    hub.put(PRESS, "press", 10);
    assertEquals(List.of("value-8", "value-9"), consume("shared", new Start.At(8), "{{value}}"));
    assertEquals(List.of(), consume("shared", new Start.At(11), "{{value}}"));
    assertTrue(notices().getFirst().contains("offset 11 is not there (it has 0 to 10)"));
  }

  @Test
  void readsAllOfALargeTopic() throws Exception {
    for (int i = 0; i < 60; i++) {
      hub.put(
          PRESS,
          "press",
          5_000,
          "a-value-that-is-somewhat-longer-than-the-others",
          Compression.none());
    }
    List<String> offsets = consume("shared", new Start.Beginning(), "{{offset}}");
    assertEquals(LongStream.range(0, 300_000).mapToObj(Long::toString).toList(), offsets);
  }

  @Test
  void followsWhatComesAndNewPartitionsAndAHubThatComesBack() throws Exception {
    hub.open(10, "edge-10", "edges");
    hub.put(10, "edge-10", 5);
    int port = hub.address().port();
    Gathered out = new Gathered();
    Thread reader = following(plan("edges", new Start.End(), true), out);
    try {
      // The reader begins at an end that we cannot see: write until it shows something.
      await(() -> {
        put(10);
        return !out.lines().isEmpty();
      });
      hub.open(11, "edge-11", "edges"); // takes a partition of the reserve
      hub.put(11, "edge-11", 1);
      await(() -> out.lines().contains("edge-11 0"));

      hub.close();
      hub = new TestHub(directory, port);
      hub.open(10, "edge-10", "edges");
      await(() -> told.toString(UTF_8).contains("connected to"));
      put(10);
      await(() -> out.lines().getLast().equals("edge-10 " + (hub.next(10) - 1)));
      assertEquals(
          List.of("edge-11 0"), out.lines().stream().filter(l -> l.startsWith("edge-11")).toList());
      assertEquals(
          LongStream.rangeClosed(out.firstOf("edge-10"), out.lastOf("edge-10"))
              .mapToObj(offset -> "edge-10 " + offset)
              .toList(),
          out.lines().stream().filter(l -> l.startsWith("edge-10")).toList());
    } finally {
      out.isGone = true; // the reader ends as it does behind a broken pipe
      await(() -> {
        put(10);
        return !reader.isAlive();
      });
    }
  }

  @Test
  void namesTheNearestTopicOrWhatThereIs() {
    Failure typo = assertThrows(Failure.class, () -> consume("sharde", new Start.End(), ""));
    assertEquals(Failure.USAGE, typo.status());
    assertTrue(String.valueOf(typo.getMessage()).endsWith("Did you mean 'shared'?"));
    Failure far = assertThrows(Failure.class, () -> consume("humidity", new Start.End(), ""));
    assertTrue(String.valueOf(far.getMessage()).endsWith("there are _gaps, edges, shared"));
    Failure partition =
        assertThrows(
            Failure.class,
            () ->
                consume(new ReadPlan("shared", new Start.End(), 7, false), "", new ArrayList<>()));
    assertEquals(Failure.USAGE, partition.status());
  }

  @Test
  void saysThatNobodyIsThere() {
    HostAndPort nobody = hub.address();
    hub.close();
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                new Consumption(
                        Dialer.PLAIN,
                        nobody,
                        plan("shared", new Start.End(), false),
                        new TextFormat(false),
                        new Output(new ByteArrayOutputStream()),
                        new Notices(System.err))
                    .run());
    assertEquals(Failure.WORLD, failure.status());
    assertTrue(String.valueOf(failure.getMessage()).startsWith("cannot connect to " + nobody));
  }

  @Test
  void showsWhatSmartModulesMakeOfTheRecordsAtTheirOwnOffsets() throws Exception {
    hub.put(PRESS, "press", 30);
    hub.put(OVEN, "oven", 3, "hot", Compression.gzip());
    assertEquals(
        List.of(
            "press 2 {\"n\":\"value-2\"}",
            "press 22 {\"n\":\"value-22\"}",
            "oven 32 {\"n\":\"hot-2\"}"),
        transformed(
            new Start.Beginning(),
            """
            transforms:
              - uses: regex-filter
                with: {regex: '[-2]2$'}
              - uses: csv-to-json
                with: {columns: n}
            """));
    assertEquals(
        List.of("press 2 value-2", "press 12 value-12"),
        transformed(new Start.Head(2), "transforms: [{uses: regex-filter, with: {regex: '2$'}}]"));
  }

  @Test
  void tellsWhatASmartModuleFailsOn() throws Exception {
    hub.put(PRESS, "press", 2);
    assertEquals(
        List.of(),
        transformed(
            new Start.Beginning(), "transforms: [{uses: json-project, with: {fields: {a: $.b}}}]"));
    assertEquals(
        "tributary: partition 0, offset 0: json-project fails: the value is no JSON",
        notices().getFirst());
    assertEquals(2, notices().size());
  }

  private List<String> transformed(Start start, String transforms) throws Exception {
    Section section = Settings.parse("chain.yaml", transforms);
    ChainPlan chain = ChainPlan.read(section, Modules.find(false));
    section.finish();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    new Consumption(
            Dialer.PLAIN,
            hub.address(),
            plan("shared", start, start instanceof Start.Head),
            chain,
            TemplateFormat.parse("{{edge}} {{offset}} {{value}}"),
            out,
            new Notices(new PrintStream(told, true, UTF_8)))
        .run();
    return bytes.toString(UTF_8).lines().toList();
  }

  @Test
  void printsJsonThatSurvivesAnyBytes() throws Exception {
    hub.put(PRESS, "press", 1, "\"quoted\" \\ \n\u0001 Zürich 東京", Compression.none());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    new Consumption(
            Dialer.PLAIN,
            hub.address(),
            plan("shared", new Start.Beginning(), false),
            new JsonFormat(),
            out,
            new Notices(System.err))
        .run();
    assertEquals(
        "{\"topic\":\"shared\",\"partition\":0,\"offset\":0,\"edge\":\"press\",\"edgeOffset\":0,"
            + "\"timestamp\":1700000000001,\"key\":\"key-0\","
            + "\"value\":\"\\\"quoted\\\" \\\\ \\u000a\\u0001 Zürich 東京-0\","
            + "\"headers\":{\"source\":\"mqtt\"}}\n",
        bytes.toString(UTF_8));
  }

  private void put(long stream) {
    try {
      hub.put(stream, "edge-" + stream, 1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Thread following(ReadPlan plan, Gathered to) {
    HostAndPort address = hub.address();
    Output out = new Output(to);
    Notices notices = new Notices(new PrintStream(told, true, UTF_8));
    Thread reader =
        new Thread(() -> {
          try {
            new Consumption(
                    Dialer.PLAIN,
                    address,
                    plan,
                    TemplateFormat.parse("{{edge}} {{offset}}"),
                    out,
                    notices)
                .run();
          } catch (Failure | Output.Gone e) {
            notices.say("ended: " + e.getMessage());
          }
        });
    reader.start();
    return reader;
  }

  private List<String> consume(String topic, Start start, String template) throws Failure {
    List<String> lines = new ArrayList<>();
    consume(plan(topic, start, false), template, lines);
    return lines;
  }

  private int consume(ReadPlan plan, String template, List<String> lines) throws Failure {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Notices notices = new Notices(new PrintStream(told, true, UTF_8));
    Output out = new Output(bytes);
    new Consumption(Dialer.PLAIN, hub.address(), plan, TemplateFormat.parse(template), out, notices)
        .run();
    lines.addAll(bytes.toString(UTF_8).lines().toList());
    return notices.checkFailed() ? Failure.CHECK : 0;
  }

  private static ReadPlan plan(String topic, Start start, boolean follow) {
    return new ReadPlan(topic, start, null, follow);
  }

  private List<String> notices() {
    return told.toString(UTF_8).lines().toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < giveUpNanos, "waited too long");
      Thread.sleep(10);
    }
  }

  /// What another thread printed.
  private static final class Gathered extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    volatile boolean isGone;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] more, int offset, int length) throws IOException {
      if (isGone && length > 0) {
        throw new IOException("Broken pipe");
      }
      bytes.write(more, offset, length);
    }

    synchronized List<String> lines() {
      return bytes.toString(UTF_8).lines().toList();
    }

    long firstOf(String edge) {
      return offsets(edge).min().orElseThrow();
    }

    long lastOf(String edge) {
      return offsets(edge).max().orElseThrow();
    }

    private LongStream offsets(String edge) {
      return lines().stream()
          .filter(line -> line.startsWith(edge))
          .mapToLong(line -> Long.parseLong(line.substring(edge.length() + 1)));
    }
  }
}
