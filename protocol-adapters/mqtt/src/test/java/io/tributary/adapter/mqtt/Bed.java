package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A real endpoint on a port of its own, over journals in memory.
final class Bed implements AutoCloseable {
  /// How long a test waits for what must come.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(1);

  static final String MAPPINGS =
      """
      mappings:
        - {filter: sensors/+/temperature, topic: temperature, key: level:2}
        - {filter: alarms/#, topic: alarms}
        - {filter: json, topic: json, key: json:device.id, timestamp: json:ts}
        - {filter: props, topic: props, key: client-id, timestamp: user-property:time}
        - {filter: t/#, topic: t, key: none, keep-topic: never}
      """;

  final MemoryOutlet outlet;
  final Endpoint endpoint;

  private Bed(String settings, MemoryOutlet outlet) throws IOException {
    this.outlet = outlet;
    this.endpoint = new Endpoint("mqtt", read(settings), outlet);
    endpoint.start();
  }

  static Bed of(String settings) throws IOException {
    return of(settings, List.of());
  }

  /// An endpoint that finds on disk what an earlier life left.
  static Bed of(String settings, List<StateEntry> restored) throws IOException {
    MemoryOutlet outlet = new MemoryOutlet(Map.of("alarms", "alarm"), restored);
    String listen = settings.startsWith("listen:") ? "" : "listen: 127.0.0.1:0\n";
    return new Bed(listen + settings + MAPPINGS, outlet);
  }

  static MqttSettings read(String yaml) {
    try {
      Section section = Settings.parse("test.yaml", yaml);
      MqttSettings settings = MqttSettings.read(section);
      section.finish();
      return settings;
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  InetSocketAddress address() {
    return Objects.requireNonNull(endpoint.address());
  }

  String listening() {
    return "127.0.0.1:" + address().getPort();
  }

  String uri() {
    return "tcp://127.0.0.1:" + address().getPort();
  }

  long count(Counter counter) {
    return endpoint.server().counters().of(counter);
  }

  /// The values of all that is durable in a topic, as text.
  List<String> values(String topic) {
    return outlet.durable().stream()
        .filter(reading -> reading.topic().equals(topic))
        .map(reading -> text(reading.value()))
        .toList();
  }

  List<Reading> readings(String topic) {
    return outlet.durable().stream().filter(r -> r.topic().equals(topic)).toList();
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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

  @Override
  public void close() {
    endpoint.close();
    outlet.close();
  }
}
