package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// Real files and the adapter over journals in memory, for as many lives as a test wants.
abstract class TailTest {
  @TempDir Path directory;

  /// Of all lives, in their order.
  private final List<Reading> before = new ArrayList<>();

  MemoryOutlet outlet = MemoryOutlet.empty();
  FileTailAdapter adapter = new FileTailAdapter("file-tail", "none", none(), outlet);

  private static FileTailSettings none() {
    return settings("path: none\nlines: text\ntopic: t");
  }

  /// @param more keys, each in a line, beside path and topic
  void start(String path, String more) {
    FileTailSettings settings =
        settings(
            """
            path: '%s'
            topic: t
            poll: 10ms
            %s
            """
                .formatted(directory.resolve(path), more));
    adapter = new FileTailAdapter("file-tail", "meters", settings, outlet);
    adapter.start();
  }

  /// Another life, after this one was ended.
  void nextLife() {
    adapter.close();
    outlet.go("normal");
    eventually(() -> outlet.pending("normal") == 0 && outlet.pending("alarm") == 0);
    kill();
  }

  /// Another life over what is durable, after the power went.
  void kill() {
    outlet.kill();
    adapter.close();
    List<StateEntry> state = outlet.state();
    before.addAll(outlet.durable());
    outlet.close();
    outlet = new MemoryOutlet(Map.of(), state);
  }

  static FileTailSettings settings(String yaml) {
    try {
      return read(yaml);
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  static FileTailSettings read(String yaml) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", yaml);
    FileTailSettings settings = FileTailSettings.read(section);
    section.finish();
    return settings;
  }

  void append(String name, String text) {
    append(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void append(String name, byte[] bytes) {
    try {
      Files.write(
          directory.resolve(name), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void rename(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to));
  }

  void cut(String name) throws IOException {
    Files.write(directory.resolve(name), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
  }

  List<Reading> readings() {
    List<Reading> all = new ArrayList<>(before);
    all.addAll(outlet.durable());
    return all;
  }

  List<String> values() {
    return readings().stream().map(reading -> text(reading.value())).toList();
  }

  /// What the envelopes have for values, as JSON.
  List<String> jsonValues() {
    return values().stream()
        .map(json -> json.substring(json.indexOf(",\"value\":") + 9, json.indexOf(",\"quality\"")))
        .toList();
  }

  List<String> keys() {
    return readings().stream().map(reading -> text(reading.key())).toList();
  }

  void awaitValues(String... expected) {
    eventually(() -> values().size() >= expected.length);
    org.junit.jupiter.api.Assertions.assertEquals(List.of(expected), values());
  }

  void awaitJsonValues(String... expected) {
    eventually(() -> values().size() >= expected.length);
    org.junit.jupiter.api.Assertions.assertEquals(List.of(expected), jsonValues());
  }

  /// Until the adapter has looked at the directory from now on, and read all that was there.
  void awaitTurns() {
    long looks = adapter.looks();
    eventually(() -> adapter.looks() >= looks + 3 && outlet.pending("normal") == 0);
  }

  long count(String counter) {
    return Objects.requireNonNull(adapter.status().counters().get(counter), counter);
  }

  String lastError() {
    return String.valueOf(adapter.status().lastError());
  }

  static String text(byte[] bytes) {
    return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
  }

  void eventually(BooleanSupplier holds) {
    eventually(holds, () -> values() + " " + adapter.status());
  }

  static void eventually(BooleanSupplier holds, Supplier<String> otherwise) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      held = holds.getAsBoolean();
    }
    assertTrue(held, otherwise);
  }

  @AfterEach
  void close() {
    adapter.close();
    outlet.close();
  }
}
