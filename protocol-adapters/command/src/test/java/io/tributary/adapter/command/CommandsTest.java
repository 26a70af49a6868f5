package io.tributary.adapter.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.memory.MemoryOutlet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands come through a topic of class alarm, answers go to one of class normal, so that a test can hold one and not the other.
class CommandsTest {
  private static final long NOW = 1_700_000_000_000L;

  private final List<Command> begun = new ArrayList<>();
  private final Deque<Executor.Done> open = new ArrayDeque<>();
  private final List<MemoryOutlet> outlets = new ArrayList<>();
  private MemoryOutlet outlet;
  private Commands commands;

  @AfterEach
  void close() {
    outlets.forEach(MemoryOutlet::close);
  }

  @Test
  void aCommandIsCarriedOutOnceAndAnswered() {
    live(List.of());
    order("{\"target\":\"boiler/setpoint\",\"value\":55.0}");
    work(() -> begun.size() == 1);
    assertEquals("boiler/setpoint", begun.getFirst().target());
    assertEquals("55.0", String.valueOf(begun.getFirst().value()));
    assertEquals(List.of(), answers());
    open.remove().done(null);
    work(() -> answers().size() == 1);
    assertEquals(
        List.of("{\"source\":\"plc/boiler/setpoint/command\",\"value\":55.0,\"quality\":\"good\"}"),
        answers());
    assertEquals(1, begun.size());
  }

  @Test
  void theKeyIsTheTargetWhereTheCommandNamesNone() {
    live(List.of());
    outlet.put(reading("valve", "{\"value\":true}", NOW));
    work(() -> begun.size() == 1);
    assertEquals("valve", begun.getFirst().target());
  }

  @Test
  void nothingIsDoneBeforeTheDiskKnowsOfIt() {
    live(List.of());
    work(() -> !outlet.state().isEmpty());
    outlet.hold("normal");
    order("{\"target\":\"a\",\"value\":1}");
    work(() -> outlet.pending("normal") == 1);
    assertEquals(List.of(), begun);
    outlet.go("normal");
    work(() -> begun.size() == 1);
  }

  @Test
  void oneComesAfterTheOther() {
    live(List.of());
    order("{\"target\":\"a\",\"value\":1}");
    order("{\"target\":\"b\",\"value\":2}");
    work(() -> begun.size() == 1);
    assertEquals(0, commands.work(NOW, this::begin));
    open.remove().done("broken");
    work(() -> begun.size() == 2);
    assertEquals(
        "{\"source\":\"plc/a/command\",\"value\":null,\"quality\":\"error\",\"reason\":\"broken\"}",
        answers().getFirst());
  }

  @Test
  void whatHasExpiredIsNotCarriedOut() {
    live(List.of());
    outlet.put(reading(null, "{\"target\":\"a\",\"value\":1}", NOW - 30_001));
    order("{\"target\":\"b\",\"value\":1,\"expires\":" + (NOW - 1) + "}");
    order("{\"target\":\"c\",\"value\":1,\"expires\":\"2999-01-01T00:00:00Z\"}");
    work(() -> begun.size() == 1);
    assertEquals("c", begun.getFirst().target());
    assertEquals(2, answers().size());
    assertTrue(answers().getFirst().contains("expired at 2023-11-14"), answers()::toString);
    assertEquals(2, commands.counts().shown().get("commandsExpired"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "on",
        "[1]",
        "null",
        "{\"target\":\"a\"}",
        "{\"value\":1}",
        "{\"target\":\"\",\"value\":1}",
        "{\"target\":\"a\",\"value\":[1]}",
        "{\"target\":\"a\",\"value\":1,\"expires\":\"soon\"}",
        "{\"target\":\"a\",\"value\":1,\"expires\":true}"
      })
  void whatIsNoCommandIsAnswered(String text) {
    live(List.of());
    order(text);
    order("{\"target\":\"next\",\"value\":1}");
    work(() -> begun.size() == 1);
    assertEquals("next", begun.getFirst().target());
    assertTrue(
        answers().getFirst().startsWith("{\"source\":\"plc/command\",\"value\":null"),
        answers()::toString);
    assertEquals(1, commands.counts().shown().get("commandsMalformed"));
  }

  /// The edge ends at each point between the command and its answer. It is never carried out twice, and always answered.
  @Test
  void aCommandIsCarriedOutAtMostOnce() {
    // taken, but nothing on disk: it is carried out in the next life
    live(List.of());
    work(() -> !outlet.state().isEmpty());
    outlet.hold("normal");
    order("{\"target\":\"a\",\"value\":1}");
    work(() -> outlet.pending("normal") == 1);
    again();
    work(() -> begun.size() == 1);
    // being carried out: nobody knows
    again();
    work(() -> answers().size() == 1);
    assertTrue(answers().getFirst().contains("nobody knows"), answers()::toString);
    assertEquals(1, begun.size());
    // answered, but the answer is not on disk: nobody knows, once more
    order("{\"target\":\"b\",\"value\":2}");
    work(() -> begun.size() == 2);
    outlet.hold("normal");
    open.removeLast().done(null);
    work(() -> outlet.pending("normal") == 1);
    again();
    work(() -> answers().size() == 1);
    assertTrue(answers().getFirst().contains("plc/b/command"), answers()::toString);
    assertTrue(answers().getFirst().contains("nobody knows"), answers()::toString);
    // answered: nothing is left
    again();
    order("{\"target\":\"c\",\"value\":3}");
    work(() -> begun.size() == 3);
    assertEquals("c", begun.getLast().target());
    assertEquals(List.of(), answers());
  }

  @Test
  void whatCameBetweenTwoLivesIsCarriedOut() {
    live(List.of());
    work(() -> !outlet.state().isEmpty());
    order("{\"target\":\"a\",\"value\":1}");
    again();
    work(() -> begun.size() == 1);
  }

  private void live(List<StateEntry> disk) {
    outlet = new MemoryOutlet(Map.of("orders", "alarm"), disk);
    outlets.add(outlet);
    Emitter emitter = outlet.open("plc", () -> {});
    commands =
        new Commands(
            new CommandSettings("orders", Duration.ofSeconds(30)),
            new Envelope(
                new TargetTopic("plant", Optional.of(TopicClass.NORMAL)),
                Envelope.Format.JSON,
                Envelope.Timestamp.ARRIVAL),
            "plc",
            outlet,
            emitter,
            () -> {});
  }

  /// The power goes, and comes back.
  private void again() {
    List<Reading> orders = orders();
    List<StateEntry> disk = outlet.state();
    outlet.kill();
    MemoryOutlet next = new MemoryOutlet(Map.of("orders", "alarm"), disk);
    orders.forEach(next::put);
    eventually(() -> next.durable().size() == orders.size());
    outlet = next;
    outlets.add(next);
    commands =
        new Commands(
            new CommandSettings("orders", Duration.ofSeconds(30)),
            new Envelope(
                new TargetTopic("plant", Optional.of(TopicClass.NORMAL)),
                Envelope.Format.JSON,
                Envelope.Timestamp.ARRIVAL),
            "plc",
            next,
            next.open("plc", () -> {}),
            () -> {});
  }

  private void begin(Command command, Executor.Done done) {
    begun.add(command);
    open.add(done);
  }

  private void order(String text) {
    long before = orders().size();
    outlet.put(reading(null, text, NOW));
    eventually(() -> orders().size() > before);
  }

  private List<Reading> orders() {
    return outlet.durable().stream().filter(each -> each.topic().equals("orders")).toList();
  }

  private static Reading reading(String key, String text, long timestampMs) {
    return new Reading(
        "orders",
        timestampMs,
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        text.getBytes(StandardCharsets.UTF_8),
        List.of(),
        List.of());
  }

  private List<String> answers() {
    return outlet.durable().stream()
        .filter(each -> each.topic().equals("plant"))
        .map(each -> new String(Objects.requireNonNull(each.value()), StandardCharsets.UTF_8))
        .toList();
  }

  private void work(BooleanSupplier until) {
    eventually(() -> {
      commands.work(NOW, this::begin);
      return until.getAsBoolean();
    });
  }

  private static void eventually(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "it did not become so");
      Thread.onSpinWait();
    }
  }
}
