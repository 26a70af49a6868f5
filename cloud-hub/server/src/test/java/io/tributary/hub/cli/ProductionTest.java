package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import io.tributary.settings.HostAndPort;
import io.tributary.store.Layout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `produce` writes, read back from a real store over a real front.
@Timeout(60)
class ProductionTest {
  private static final LineForm ALL_VALUE = new LineForm(null, null, null);
  private static final long PATIENCE_MS = 30_000;
  private static final int MANY = 50_000;

  @TempDir Path directory;
  private TestHub hub;
  private HostAndPort address;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private Produced produced = new Produced();

  @BeforeEach
  void start() throws Exception {
    hub = new TestHub(directory, 0);
    address = hub.address();
    hub.topicOfProducers("one", 1);
    hub.topicOfProducers("three", 3);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aLineIsBytesAndItsKeyStandsBeforeTheSeparator() throws Exception {
    LineForm form = new LineForm("::".getBytes(UTF_8), null, "-".getBytes(UTF_8));
    assertNull(produce("one", form, 0, bytes("a::1\r\nb::\n::x:::\u00ff\nc::-")));
    assertEquals(
        List.of(
            json(0, "\"key\":\"a\",\"value\":\"1\\u000d\""),
            json(1, "\"key\":\"b\",\"value\":\"\""),
            json(2, "\"key\":\"\",\"valueBase64\":\"eDo6Ov8=\""),
            json(3, "\"key\":\"c\",\"value\":null")),
        consume("one", new JsonFormat()).stream()
            .map(line -> line.replaceFirst("\"timestamp\":\\d+,", ""))
            .toList());
    assertEquals("4 records (10 B) to 'one', partition 0, offsets 0 to 3", produced.summary("one"));
  }

  private static String json(int offset, String record) {
    return "{\"topic\":\"one\",\"partition\":0,\"offset\":%d,%s,\"headers\":{\"from\":\"test\"}}"
        .formatted(offset, record);
  }

  @Test
  void aKeyGoesWhereKafkasClientsPutIt() throws Exception {
    LineForm form = new LineForm("=".getBytes(UTF_8), null, null);
    assertNull(produce("three", form, 0, bytes("foobar=1\n21=2\nabc=3\nfoobar=4\n")));
    // the hashes of Murmur2Test without their sign, modulo 3
    int foobar = (-790332482 & Integer.MAX_VALUE) % 3;
    int twentyOne = (-973932308 & Integer.MAX_VALUE) % 3;
    int abc = 479470107 % 3;
    List<String> lines = consume("three", TemplateFormat.parse("{{partition}} {{key}} {{value}}"));
    assertEquals(4, lines.size());
    assertTrue(
        lines.containsAll(
            List.of(
                foobar + " foobar 1", foobar + " foobar 4", twentyOne + " 21 2", abc + " abc 3")),
        lines::toString);
    assertTrue(lines.indexOf(foobar + " foobar 1") < lines.indexOf(foobar + " foobar 4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void manyLinesFillBatchesOfAllPartitions(String codec) throws Exception {
    String input = "x".repeat(99) + "\n";
    Compression compression = Compression.byName(codec);
    ProducePlan plan = plan("three", ALL_VALUE, ProducePlan.ALL, compression, 0);
    assertNull(produce(plan, bytes(input.repeat(MANY))));
    assertEquals(MANY, produced.records());
    List<String> lines = consume("three", TemplateFormat.parse("{{partition}}"));
    assertEquals(MANY, lines.size());
    assertEquals(3, lines.stream().distinct().count());
  }

  @Test
  void whatIsTypedIsSentAtOnce() throws Exception {
    PipedOutputStream typed = new PipedOutputStream();
    CompletableFuture<@Nullable Failure> end = later("one", 0, new PipedInputStream(typed));
    for (int i = 0; i < 3; i++) {
      typed.write(bytes("line " + i + "\n"));
      typed.flush();
      await("one", i + 1);
    }
    typed.close();
    assertNull(end.get(PATIENCE_MS, TimeUnit.MILLISECONDS));
  }

  @Test
  void aRefusedLineIsNamedAndThoseBeforeItAreWritten() throws Exception {
    LineForm form = new LineForm("=".getBytes(UTF_8), null, null);
    Failure failure = produce("one", form, 0, bytes("a=1\nb=2\nc\nd=4\n"));
    assertNotNull(failure);
    assertEquals(Failure.CHECK, failure.status());
    assertTrue(failure.getMessage().startsWith("line 3 has no key"), failure::toString);
    assertEquals(List.of("1", "2"), consume("one", new TextFormat(false)));
    assertEquals(2, produced.records());
  }

  @Test
  void aTopicThatEdgesMirrorIsRefused() throws Exception {
    hub.topic("mirror", new Layout.Partitions(1));
    Failure failure = produce("mirror", ALL_VALUE, 0, bytes("a\nb\n"));
    assertNotNull(failure);
    assertEquals(Failure.CHECK, failure.status());
    assertTrue(failure.getMessage().startsWith("lines 1 to 2 refused"), failure::toString);
    assertTrue(failure.getMessage().contains("only edges write to it"), failure::toString);
  }

  @Test
  void withoutAcksNothingIsWaitedFor() throws Exception {
    ProducePlan plan = plan("one", ALL_VALUE, (short) 0, Compression.none(), 0);
    assertNull(produce(plan, bytes("a\nb\n")));
    await("one", 2);
    assertEquals(List.of("a", "b"), consume("one", new TextFormat(false)));
  }

  @Test
  void aHubThatIsAwayForAWhileCostsNoRecordAndDoublesNone() throws Exception {
    PipedOutputStream typed = new PipedOutputStream();
    CompletableFuture<@Nullable Failure> end =
        later("one", PATIENCE_MS, new PipedInputStream(typed));
    typed.write(bytes("0\n"));
    typed.flush();
    await("one", 1);
    hub.close();
    typed.write(bytes("1\n2\n"));
    typed.flush();
    awaitNotice("trying again");
    hub = new TestHub(directory, address.port());
    await("one", 3);
    typed.write(bytes("3\n"));
    typed.close();
    assertNull(end.get(PATIENCE_MS, TimeUnit.MILLISECONDS));
    assertEquals(
        IntStream.range(0, 4).mapToObj(Integer::toString).toList(),
        consume("one", new TextFormat(false)));
    assertTrue(told.toString(UTF_8).contains("connected to " + address + " again"));
  }

  @Test
  void aHubThatStaysAwayIsGivenUp() throws Exception {
    PipedOutputStream typed = new PipedOutputStream();
    CompletableFuture<@Nullable Failure> end = later("one", 300, new PipedInputStream(typed));
    typed.write(bytes("0\n"));
    typed.flush();
    await("one", 1);
    hub.close();
    typed.write(bytes("1\n"));
    typed.close();
    Failure failure = end.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    assertNotNull(failure);
    assertEquals(Failure.WORLD, failure.status());
    assertTrue(
        failure.getMessage().endsWith("not acknowledged, and maybe written: from line 2 on"),
        failure::toString);
    assertEquals(1, produced.records());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static ProducePlan plan(
      String topic, LineForm form, short acks, Compression compression, long timeoutMs) {
    EncodedHeaders headers = EncodedHeaders.of(List.of(new Header("from", bytes("test"))));
    return new ProducePlan(topic, null, form, headers, acks, compression, timeoutMs, false);
  }

  private @Nullable Failure produce(String topic, LineForm form, long timeoutMs, byte[] input) {
    return produce(plan(topic, form, ProducePlan.ALL, Compression.none(), timeoutMs), input);
  }

  private @Nullable Failure produce(ProducePlan plan, byte[] input) {
    return run(plan, new ByteArrayInputStream(input));
  }

  private CompletableFuture<@Nullable Failure> later(
      String topic, long timeoutMs, InputStream input) {
    ProducePlan plan = plan(topic, ALL_VALUE, ProducePlan.ALL, Compression.none(), timeoutMs);
    CompletableFuture<@Nullable Failure> end = new CompletableFuture<>();
    new Thread(() -> end.complete(run(plan, input)), "produce").start();
    return end;
  }

  private @Nullable Failure run(ProducePlan plan, InputStream input) {
    Notices notices = new Notices(new PrintStream(told, true, UTF_8));
    Production production = new Production(Dialer.PLAIN, address, plan, notices, null);
    try {
      production.run(input);
      return null;
    } catch (Failure e) {
      return e;
    } finally {
      produced = production.produced();
    }
  }

  private List<String> consume(String topic, RecordFormat format) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Notices notices = new Notices(new PrintStream(told, true, UTF_8));
    ReadPlan plan = new ReadPlan(topic, new Start.Beginning(), null, false);
    new Consumption(Dialer.PLAIN, address, plan, format, new Output(printed), notices).run();
    return printed.toString(ISO_8859_1).lines().toList();
  }

  private void await(String topic, int records) throws Exception {
    long giveUpNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    long there;
    do {
      there = hub.offsets(topic);
      Thread.onSpinWait();
    } while (there < records && System.nanoTime() < giveUpNanos);
    assertEquals(records, there);
  }

  private void awaitNotice(String words) {
    long giveUpNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (!told.toString(UTF_8).contains(words) && System.nanoTime() < giveUpNanos) {
      Thread.onSpinWait();
    }
    assertTrue(told.toString(UTF_8).contains(words), () -> told.toString(UTF_8));
  }
}
