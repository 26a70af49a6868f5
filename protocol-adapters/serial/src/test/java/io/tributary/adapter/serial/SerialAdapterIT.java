package io.tributary.adapter.serial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The adapter at a real terminal.
class SerialAdapterIT {
  @TempDir private Path directory;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final MemoryOutlet outlet = MemoryOutlet.empty();
  private PseudoTerminals line;

  @BeforeEach
  void plug() throws IOException {
    line = new PseudoTerminals(directory);
    closing.addFirst(line);
    line.plug();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    outlet.close();
  }

  @Test
  void aLineBecomesAReading() throws Exception {
    start("pattern: '(?<source>\\w+)=(?<value>[-0-9.]+)(?<unit>\\w*)'\nunit: V\n");
    send("t1=21.50C\r\nu1=-3\n\nnonsense\n");
    assertEquals(
        List.of(
            "{\"source\":\"meter/t1\",\"value\":21.50,\"unit\":\"C\",\"quality\":\"good\"}",
            "{\"source\":\"meter/u1\",\"value\":-3,\"unit\":\"\",\"quality\":\"good\"}"),
        values(2));
    Adapter adapter = (Adapter) closing.getFirst();
    eventually(() -> adapter.status().counters().get("malformed") == 1);
    assertTrue(Objects.requireNonNull(adapter.status().lastError()).contains("nonsense"));
    assertTrue(adapter.status().healthy());
  }

  @Test
  void rawBytesStayWhatTheyAre() throws Exception {
    start("decode: raw\nframing: {start: 0x02, stop: 0x03}\nformat: raw\n");
    byte[] frame = HexFormat.of().parseHex("02000d0a110013ff03");
    try (OutputStream instrument = line.write()) {
      instrument.write(0x55);
      instrument.write(frame);
    }
    eventually(() -> outlet.durable().size() == 1);
    assertArrayEquals(frame, outlet.durable().getFirst().value());
  }

  @Test
  void aSilenceEndsAFrame() throws Exception {
    start("decode: raw\nframing: {gap: 20ms}\n");
    send("ab");
    values(1);
    send("cd");
    assertEquals(
        List.of("6162", "6364"),
        values(2).stream()
            .map(each -> each.replaceAll(".*value\":\"|\",\"quality.*", ""))
            .toList());
  }

  @Test
  void aPortThatVanishesIsToldAndOpenedAgain() throws Exception {
    Adapter adapter = start("");
    send("1\n2");
    values(1);
    eventually(() -> adapter.status().counters().get("bytes") == 3);
    line.pull();
    assertEquals(
        "{\"source\":\"meter\",\"value\":null,\"quality\":\"error\",\"reason\":\"the port %s is gone\"}"
            .formatted(line.port),
        values(2).getLast());
    assertFalse(adapter.status().healthy());
    assertEquals(1, adapter.status().counters().get("bytesPassedOver"));
    line.plug();
    eventually(() -> adapter.status().healthy());
    send("3\n");
    assertTrue(values(3).getLast().contains("\"value\":3,"));
    assertEquals(1, adapter.status().counters().get("lost"));
    assertEquals(2, adapter.status().counters().get("opened"));
  }

  @Test
  void aPortThatIsNotThereYetIsWaitedFor() throws Exception {
    line.pull();
    Adapter adapter = start("");
    eventually(() -> adapter.status().counters().get("opensFailed") > 0);
    assertTrue(adapter.status().summary().contains("is it plugged in?"), adapter.status()::summary);
    line.plug();
    eventually(() -> adapter.status().healthy());
  }

  @Test
  void aPortThatAnotherHasIsSaid() throws Exception {
    start("");
    send("1\n");
    values(1);
    Adapter second = open("");
    second.start();
    eventually(() -> second.status().counters().get("opensFailed") > 0);
    assertTrue(
        second.status().summary().contains("another adapter of this edge has it"),
        second.status()::summary);
  }

  @Test
  void whatFallsSilentIsStale() throws Exception {
    start("stale-after: 100ms\n");
    send("7\n");
    String stale = values(2).getLast();
    assertTrue(
        stale.contains("\"value\":7,\"quality\":\"stale\",\"reason\":\"nothing more"), stale);
    assertTrue(stale.contains("\"time\":"), stale);
  }

  @Test
  void aBlockedJournalLosesNothingThatWaitsAndTellsTheRest() throws Exception {
    outlet.hold("normal");
    outlet.limit(10);
    Adapter adapter = start("");
    StringBuilder lines = new StringBuilder();
    IntStream.range(0, 20_000).forEach(i -> lines.append("reading ").append(i).append('\n'));
    send(lines.toString());
    eventually(() -> adapter.status().counters().get("dropped") > 0);
    eventually(() -> adapter.status().counters().get("taken") == 20_000);
    outlet.limit(100_000);
    outlet.go("normal");
    eventually(() -> values(1).getLast().contains("dropped"));
    List<String> all = values(1);
    long dropped = adapter.status().counters().get("dropped");
    assertEquals(20_000 - dropped + 1, all.size());
    for (int i = 0; i < all.size() - 1; i++) {
      assertTrue(all.get(i).contains("\"reading " + i + "\""), all.get(i));
    }
    assertTrue(all.getLast().contains("dropped " + dropped + " readings"), all::getLast);
  }

  private Adapter start(String yaml) throws IOException, SettingsRefused {
    Adapter adapter = open(yaml);
    adapter.start();
    return adapter;
  }

  private Adapter open(String yaml) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", "topic: t\nport: " + line.port + "\n" + yaml);
    SerialSettings settings = SerialSettings.read(section);
    section.finish();
    Adapter adapter = new SerialAdapter("serial", "meter", settings, outlet);
    closing.addFirst(adapter);
    return adapter;
  }

  private void send(String text) throws IOException {
    try (OutputStream instrument = line.write()) {
      instrument.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// All that is durable, once there are so many.
  private List<String> values(int count) {
    eventually(() -> outlet.durable().size() >= count);
    return outlet.durable().stream().map(SerialAdapterIT::text).toList();
  }

  private static String text(Reading reading) {
    return new String(Objects.requireNonNull(reading.value()), StandardCharsets.UTF_8);
  }

  private static void eventually(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "it did not become so");
      Thread.onSpinWait();
    }
  }
}
