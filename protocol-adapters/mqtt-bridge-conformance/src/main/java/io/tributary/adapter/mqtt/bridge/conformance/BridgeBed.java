package io.tributary.adapter.mqtt.bridge.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.adapter.mqtt.bridge.BridgeAdapterType;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A bridge over journals in memory: one life of an edge.
final class BridgeBed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(1);

  private static final String MAPPINGS =
      """
      mappings:
        - {filter: t/#, topic: t, key: none, keep-topic: never}
        - {filter: alarms/#, topic: alarms, key: none, keep-topic: never}
      """;

  final MemoryOutlet outlet;
  private final Adapter adapter;

  private BridgeBed(String settings, List<StateEntry> restored) throws IOException {
    outlet = new MemoryOutlet(Map.of("alarms", "alarm"), restored);
    adapter = plan(settings).open("bridge", outlet);
    adapter.start();
  }

  /// Starts a life over what an earlier one left on disk.
  static BridgeBed of(String settings, List<StateEntry> restored) throws IOException {
    return new BridgeBed(settings, restored);
  }

  /// Reads a bridge's section, without its mappings.
  static AdapterPlan plan(String settings) {
    try {
      Section section = Settings.parse("test.yaml", settings + MAPPINGS);
      AdapterPlan plan = new BridgeAdapterType().plan(section);
      section.finish();
      return plan;
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  BridgeBed receiving() {
    eventually("it receives: " + summary(), () -> summary().startsWith("receiving"));
    return this;
  }

  String summary() {
    return adapter.status().summary();
  }

  String lastError() {
    return String.valueOf(adapter.status().lastError());
  }

  long count(String counter) {
    return Objects.requireNonNull(adapter.status().counters().get(counter), counter);
  }

  /// The values of all that is durable in a topic, as text.
  List<String> values(String topic) {
    return outlet.durable().stream()
        .filter(reading -> reading.topic().equals(topic))
        .map(reading -> new String(Objects.requireNonNull(reading.value()), StandardCharsets.UTF_8))
        .toList();
  }

  static void eventually(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL.toNanos());
      held = holds.getAsBoolean();
    }
    assertTrue(held, what);
  }

  /// Cuts the connection and ends the bridge; the journals go on.
  void cut() {
    adapter.close();
  }

  @Override
  public void close() {
    adapter.close();
    outlet.close();
  }
}
