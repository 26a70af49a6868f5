package io.tributary.adapter.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real devices at the adapter's socket, over journals in memory: the tests that an adapter of your own needs as well.
final class LinesAdapterTest {
  private final List<AutoCloseable> closing = new ArrayList<>();
  private MemoryOutlet outlet = MemoryOutlet.empty();
  private LinesAdapter adapter = open("{listen: '127.0.0.1:0', topic: kiln}");

  @Test
  void answersWhenTheReadingIsOnDiskAndNotBefore() throws Exception {
    adapter.start();
    outlet.hold("normal");
    TestDevice device = device();
    device.send("kiln 1 451\n");
    eventually(() -> outlet.pending("normal") == 1);
    TestDevice other = device();
    other.send("nonsense\n");
    other.answer(); // a later turn of the adapter: what it had to say to the first device is said
    assertFalse(device.hasAnswers());
    outlet.go("normal");
    assertEquals("ok kiln 1", device.answer());
    assertEquals(List.of("451"), values());
  }

  @Test
  void answersInTheOrderOfTheLines() throws Exception {
    adapter.start();
    outlet.hold("normal");
    TestDevice device = device();
    device.send("a 1 x\nnonsense\r\nb 1 y z\n");
    eventually(() -> outlet.pending("normal") == 2);
    assertFalse(device.hasAnswers());
    outlet.go("normal");
    assertEquals(
        List.of("ok a 1", "malformed: a line is KEY NUMBER VALUE", "ok b 1"), device.answers(3));
    assertEquals(List.of("x", "y z"), values());
  }

  @Test
  void waitsWhileTheJournalHasNoRoomAndLosesNothing() throws Exception {
    adapter.start();
    outlet.hold("normal");
    outlet.limit(1);
    TestDevice device = device();
    device.send("kiln 1 a\nkiln 2 b\nkiln 3 c\n");
    eventually(() -> adapter.status().summary().contains("wait until the journal has room"));
    assertEquals(1, outlet.pending("normal"));
    outlet.go("normal");
    assertEquals(List.of("ok kiln 1", "ok kiln 2", "ok kiln 3"), device.answers(3));
    assertEquals(List.of("a", "b", "c"), values());
    assertTrue(count("paused") > 0);
  }

  @Test
  void takesNoMoreThanTheWindowOfOneDeviceAndTellsTheJournal() throws Exception {
    adapter.start();
    outlet.hold("normal");
    TestDevice device = device();
    int lines = 3 * Device.WINDOW;
    for (int i = 1; i <= lines; i++) {
      device.send("kiln " + i + " v\n");
    }
    eventually(() -> outlet.blocked() == 1);
    assertEquals(Device.WINDOW, outlet.pending("normal"));
    assertEquals(1, outlet.sources());
    outlet.go("normal");
    List<String> expected =
        IntStream.rangeClosed(1, lines).mapToObj(number -> "ok kiln " + number).toList();
    assertEquals(expected, device.answers(lines));
    eventually(() -> outlet.sources() == 0 && outlet.blocked() == 0);
  }

  @Test
  void whatIsMalformedIsCountedWithAnExample() throws Exception {
    adapter.start();
    TestDevice device = device();
    List<String> malformed = List.of("kiln", "kiln 1", "kiln one 451", "kiln -1 451", "");
    for (String line : malformed) {
      device.send(line + "\n");
      assertEquals("malformed: a line is KEY NUMBER VALUE", device.answer(), line);
    }
    device.send("kiln one 451\n");
    device.answer();
    assertEquals(malformed.size() + 1, count("malformed"));
    assertEquals("'kiln one 451' is not KEY NUMBER VALUE", adapter.status().lastError());
    assertTrue(adapter.status().healthy());
    assertEquals(List.of(), values());
  }

  @Test
  void twoDevicesHaveTheirOwnAnswers() throws Exception {
    adapter.start();
    TestDevice first = device();
    TestDevice second = device();
    first.send("a 1 x\n");
    second.send("b 7 y\n");
    assertEquals("ok a 1", first.answer());
    assertEquals("ok b 7", second.answer());
    eventually(() -> adapter.status().summary().endsWith(", 2 devices"));
  }

  @Test
  void aDeviceThatVanishesAndRepeatsIsLoggedOnce() throws Exception {
    adapter.start();
    outlet.hold("normal");
    TestDevice device = device();
    device.send("kiln 1 a\nkiln 2 b\n");
    eventually(() -> outlet.pending("normal") == 2);
    device.vanish();
    eventually(() -> count("lost") == 1);
    TestDevice again = device();
    again.send("kiln 1 a\nkiln 2 b\nkiln 3 c\n");
    eventually(() -> outlet.pending("normal") == 3);
    assertFalse(again.hasAnswers()); // what it repeats is not on disk yet either
    outlet.go("normal");
    assertEquals(List.of("ok kiln 2", "ok kiln 2", "ok kiln 3"), again.answers(3));
    assertEquals(List.of("a", "b", "c"), values());
    assertEquals(2, count("repeated"));
  }

  @Test
  void whatWasLoggedInAnEarlierLifeIsKnown() throws Exception {
    adapter.start();
    TestDevice device = device();
    device.send("kiln 1 a\nkiln 2 b\n");
    device.answers(2);
    List<StateEntry> state = outlet.state();
    adapter.close();
    outlet.close();
    outlet = new MemoryOutlet(Map.of(), state);
    adapter = open("{listen: '127.0.0.1:0', topic: kiln}");
    adapter.start();
    TestDevice again = device();
    again.send("kiln 2 b\nkiln 3 c\n");
    assertEquals(List.of("ok kiln 2", "ok kiln 3"), again.answers(2));
    assertEquals(List.of("c"), values());
  }

  @Test
  void aDeviceThatEndsItsLinesHasAllItsAnswers() throws Exception {
    adapter.start();
    outlet.hold("normal");
    TestDevice device = device();
    device.send("kiln 1 a\nkiln 2 b\n");
    device.endOfLines();
    eventually(() -> outlet.pending("normal") == 2);
    outlet.go("normal");
    assertEquals(List.of("ok kiln 1", "ok kiln 2", "null"), device.answers(3));
    assertEquals(0, count("lost"));
  }

  @Test
  void aRefusedReadingIsAnsweredOrTheDeviceKeepsIt() throws Exception {
    outlet.refuse(reading ->
        switch (text(reading.value())) {
          case "large" -> Refused.TOO_LARGE;
          case "late" -> Refused.SHUTDOWN;
          default -> null;
        });
    adapter.start();
    TestDevice device = device();
    device.send("kiln 1 large\nkiln 2 small\nkiln 3 late\n");
    assertEquals("no kiln 1 too-large", device.answer());
    assertEquals("ok kiln 2", device.answer());
    assertNull(device.answer());
    eventually(() -> count("lost") == 1);
    assertEquals(2, count("refused"));
  }

  @Test
  void bytesWithoutEndAreNoLine() throws Exception {
    adapter.start();
    TestDevice device = device();
    device.send("x".repeat(Device.LINE_BYTES_MOST));
    assertNull(device.answer());
    assertTrue(String.valueOf(adapter.status().lastError()).contains("longer than 1024 B"));
  }

  @Test
  void aLineThatIsCutIsNotTaken() throws Exception {
    adapter.start();
    TestDevice device = device();
    device.send("kiln 1 45");
    device.endOfLines();
    assertNull(device.answer());
    assertEquals(List.of(), values());
    assertEquals(1, count("lost"));
  }

  @Test
  void moreDevicesThanAllowedAreTurnedAway() throws Exception {
    adapter.start();
    for (int i = 0; i < Listener.DEVICES_MOST; i++) {
      TestDevice device = device();
      device.send("d" + i + " 1 x\n");
      device.answer();
    }
    assertNull(device().answer());
    assertEquals(1, count("rejected"));
  }

  @Test
  void newKeysAreRefusedWhenStateMayNotGrow() throws Exception {
    adapter.start();
    TestDevice device = device();
    device.send("old 1 x\n");
    device.answer();
    outlet.keepNoMore();
    device.send("new 1 x\nold 2 y\n");
    assertEquals(List.of("no new 1 too-many-keys", "ok old 2"), device.answers(2));
  }

  @Test
  void tellsTheEdgeThatItFailedAndGivesItsPortBack() throws Exception {
    outlet = new MemoryOutlet(Map.of("kiln", "a class without a journal"), List.of());
    adapter = open("{listen: '127.0.0.1:0', topic: kiln}");
    adapter.start();
    int port = adapter.port();
    device().send("kiln 1 a\n"); // emit throws
    eventually(() -> outlet.failure() != null);
    adapter.close();
    outlet = MemoryOutlet.empty();
    adapter = open("{listen: '127.0.0.1:%d', topic: kiln}".formatted(port));
    adapter.start();
    TestDevice device = device();
    device.send("kiln 1 a\n");
    assertEquals("ok kiln 1", device.answer());
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    adapter.start();
    Adapter second = open("{listen: '127.0.0.1:%d', topic: kiln}".formatted(adapter.port()));
    String text = String.valueOf(assertThrows(IOException.class, second::start).getMessage());
    assertTrue(text.contains("listen 127.0.0.1:" + adapter.port() + " cannot be bound"), text);
  }

  @Test
  void settingsAreRefusedWithFileLineAndKey() {
    SettingsRefused refused =
        assertThrows(
            SettingsRefused.class, () -> read("listen: here\ntopic: _x\nclass: urgent\nport: 1\n"));
    assertEquals(
        """
        edge.yaml:1: listen: is 'here' but must be HOST:PORT, such as 127.0.0.1:1883 or [::1]:1883
        edge.yaml:2: topic: is '_x' but must be 1 to 249 of the characters a-z A-Z 0-9 . _ - and not begin with _
        edge.yaml:3: class: is 'urgent' but must be one of alarm, normal, bulk
        edge.yaml:4: port: unknown key; allowed are class, listen, topic\
        """,
        refused.getMessage());
  }

  private static LinesSettings read(String yaml) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", yaml);
    LinesSettings settings = LinesSettings.read(section);
    section.finish();
    return settings;
  }

  private LinesAdapter open(String yaml) {
    try {
      LinesAdapter opened = new LinesAdapter("tcp-lines", "kilns", read(yaml), outlet);
      closing.addFirst(outlet);
      closing.addFirst(opened);
      return opened;
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  private TestDevice device() throws IOException {
    TestDevice device = new TestDevice(adapter.port());
    closing.addFirst(device);
    return device;
  }

  private long count(String counter) {
    return Objects.requireNonNull(adapter.status().counters().get(counter));
  }

  private List<String> values() {
    return outlet.durable().stream().map(reading -> text(reading.value())).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void eventually(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      held = holds.getAsBoolean();
    }
    assertTrue(held);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
  }
}
