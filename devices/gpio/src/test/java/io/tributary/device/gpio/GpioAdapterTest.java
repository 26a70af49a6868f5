package io.tributary.device.gpio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The adapter at a board on a socket. The kernel's own pins: `sim kernel`.
class GpioAdapterTest {
  private static final String TIME = ",\"time\":\"[^\"]*\"";

  @TempDir private Path directory;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final MemoryOutlet outlet = MemoryOutlet.empty();
  private SimulatedBoard board;

  @BeforeEach
  void plug() throws IOException {
    board = SimulatedBoard.listen(directory.resolve("board"));
    closing.addFirst(board);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    outlet.close();
  }

  @Test
  void theStateIsToldAndThenEachChange() throws Exception {
    board.drive(17, true);
    start("inputs: [{pin: 17, name: door}, {pin: 4, name: gate, active-low: true}]");
    values(2);
    board.drive(17, false);
    board.drive(4, true);
    board.drive(17, true);

    assertEquals(
        List.of(
            good("door", true),
            good("gate", true),
            good("door", false),
            good("gate", false),
            good("door", true)),
        values(5));
  }

  @Test
  void aChangeHasTheTimeOfTheKernel() throws Exception {
    start("{inputs: [{pin: 17, name: door}], timestamp: source}");
    values(1);
    long beforeMs = System.currentTimeMillis();
    board.drive(17, true);
    values(2);
    long afterMs = System.currentTimeMillis();

    Reading change = outlet.durable().getLast();
    assertTrue(change.timestampMs() >= beforeMs && change.timestampMs() <= afterMs);
    assertTrue(text(change).contains("\"time\":\""), () -> text(change));
  }

  @Test
  void whatDoesNotLastIsBounce() throws Exception {
    Adapter adapter = start("inputs: [{pin: 17, name: key, debounce: 200ms}, {pin: 4, name: end}]");
    values(2);
    for (int i = 0; i < 10; i++) {
      board.drive(17, true);
      board.drive(17, false);
    }
    board.drive(17, true);
    values(3);
    board.drive(4, true);

    assertEquals(List.of(good("key", true), good("end", true)), values(4).subList(2, 4));
    assertEquals(2, count(adapter, "edges"));
  }

  @Test
  void onlyTheEdgesThatAreWanted() throws Exception {
    Adapter adapter =
        start("inputs: [{pin: 1, name: up, edges: rising}, {pin: 2, name: down, edges: falling}]");
    values(2);
    for (int pin = 1; pin <= 2; pin++) {
      board.drive(pin, true);
      board.drive(pin, false);
    }

    assertEquals(List.of(good("up", true), good("down", false)), values(4).subList(2, 4));
    assertEquals(2, count(adapter, "notAskedFor"));
  }

  @Test
  void lostChangesAreToldInTheirPlace() throws Exception {
    Adapter adapter = start("inputs: [{pin: 17, name: meter}]");
    values(1);
    board.lose(5);
    board.drive(17, true);

    assertEquals(
        List.of(
            "{\"source\":\"pins/changes\",\"value\":null,\"quality\":\"error\",\"reason\":"
                + "\"5 changes were lost before this place: the kernel had no room to keep them\"}",
            good("meter", true)),
        values(3).subList(1, 3));
    assertEquals(5, count(adapter, "lost"));
  }

  @Test
  void aStateIsToldAgain() throws Exception {
    start("inputs: [{pin: 17, name: door, interval: 100ms}]");

    assertEquals(List.of(good("door", false), good("door", false), good("door", false)), values(3));
  }

  @Test
  void aBoardThatVanishesIsToldOnceAndAskedAgain() throws Exception {
    Adapter adapter =
        start(
            "{inputs: [{pin: 17, name: door}], outputs: [{pin: 27, name: pump}], commands: {topic: orders}}");
    values(1);
    order("pump", "true");
    eventually(() -> board.isHigh(27));
    board.close();
    eventually(() -> !adapter.status().healthy());
    eventually(() -> count(adapter, "opensFailed") > 0);
    closing.remove(board);
    plug();
    eventually(() -> adapter.status().healthy());

    eventually(() -> board.isHigh(27)); // as it was set
    List<String> door = values(1).stream().filter(each -> each.contains("pins/door")).toList();
    assertEquals(good("door", false), door.getFirst());
    assertTrue(door.get(1).contains("\"quality\":\"error\""), door::toString);
    eventually(() -> values().stream().filter(each -> each.contains("pins/door")).count() == 3);
  }

  @Test
  void commandsSetOutputs() throws Exception {
    Adapter adapter =
        start(
            "{outputs: [{pin: 27, name: pump}, {pin: 22, name: valve, active-low: true, initial: true}],"
                + " commands: {topic: orders}}");
    eventually(() -> adapter.status().healthy());
    assertFalse(board.isHigh(27));
    assertFalse(board.isHigh(22), "active is low");
    order("pump", "true");
    order("valve", "false");
    order("lamp", "true");
    order("pump", "3");

    List<String> answers = values(4);
    assertTrue(board.isHigh(27));
    assertTrue(board.isHigh(22));
    assertTrue(answers.get(0).contains("\"source\":\"pins/pump/command\",\"value\":true"));
    assertTrue(answers.get(2).contains("no output has that name; there are pump, valve"));
    assertTrue(answers.get(3).contains("'3' is neither true nor false"));
    assertEquals(2, count(adapter, "set"));
  }

  @Test
  void anExpiredCommandIsNotCarriedOut() throws Exception {
    Adapter adapter = start("{outputs: [{pin: 27, name: pump}], commands: {topic: orders}}");
    eventually(() -> adapter.status().healthy());
    outlet.put(order("{\"target\":\"pump\",\"value\":true,\"expires\":\"2020-01-01T00:00:00Z\"}"));

    assertTrue(values(1).getFirst().contains("expired at 2020-01-01T00:00:00Z"));
    assertFalse(board.isHigh(27));
  }

  @Test
  void rawIsOneCharacter() throws Exception {
    board.drive(17, true);
    start("{inputs: [{pin: 17, name: door}], format: raw}");
    values(1);

    assertArrayEquals(new byte[] {'1'}, outlet.durable().getFirst().value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | inputs: is empty, and so is outputs",
        "{inputs: [{name: door}]} | inputs[0].pin: is missing",
        "{inputs: [{pin: 1, name: a}], outputs: [{pin: 1, name: b}]} | outputs[0].pin: is 1, which another one has",
        "{inputs: [{pin: 1, name: a}, {pin: 2, name: a}]} | inputs[1].name: is 'a', which another one has",
        "{inputs: [{pin: 1, name: a/b}]} | inputs[0].name: is 'a/b'",
        "{inputs: [{pin: 1, name: a, pull: sideways}]} | inputs[0].pull: is 'sideways'",
        "{inputs: [{pin: 1, name: a}], commands: {topic: o}} | commands: has no use without outputs",
      })
  void whatCannotBeIsRefused(String settings, String expected) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", settings);
    var unused = GpioSettings.read(section);

    SettingsRefused refused = assertThrows(SettingsRefused.class, section::finish);

    assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused::getMessage);
  }

  private Adapter start(String settings) throws Exception {
    String flow = settings.startsWith("{") ? settings : "{" + settings + "}";
    String socket = directory.resolve("board").toString();
    Section section =
        Settings.parse(
            "edge.yaml",
            flow.substring(0, flow.length() - 1)
                + ", chip: 'simulated:"
                + socket
                + "', topic: pins}");
    GpioSettings read = GpioSettings.read(section);
    section.finish();
    Adapter adapter = new GpioAdapter("gpio", "pins", read, outlet);
    closing.addFirst(adapter);
    adapter.start();
    return adapter;
  }

  private void order(String target, String value) {
    outlet.put(order("{\"target\":\"" + target + "\",\"value\":" + value + "}"));
  }

  private static Reading order(String command) {
    return new Reading(
        "orders",
        System.currentTimeMillis(),
        null,
        command.getBytes(StandardCharsets.UTF_8),
        List.of(),
        List.of());
  }

  private static String good(String pin, boolean active) {
    return "{\"source\":\"pins/%s\",\"value\":%s,\"quality\":\"good\"}".formatted(pin, active);
  }

  /// What the adapter has logged, at least so many, without times.
  private List<String> values(int count) throws InterruptedException {
    eventually(() -> values().size() >= count);
    return values();
  }

  private List<String> values() {
    return outlet.durable().stream()
        .filter(each -> each.topic().equals("pins"))
        .map(each -> text(each).replaceAll(TIME, ""))
        .toList();
  }

  private static String text(Reading reading) {
    return new String(Objects.requireNonNull(reading.value()), StandardCharsets.UTF_8);
  }

  private static long count(Adapter adapter, String name) {
    return Objects.requireNonNull(adapter.status().counters().get(name));
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadlineNanos, "does not come");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
