package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A real adapter on a port of its own, over journals in memory, and a client of the JDK's.
final class Bed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TOPICS =
      "topics: {t: {}, raw: {format: raw, timestamp: source}, alarms: {class: alarm}}\n";

  /// Of all tests: its end takes half a second.
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  final MemoryOutlet outlet;
  final HttpAdapter adapter;
  private final List<RawClient> clients = new ArrayList<>();

  private Bed(String settings, MemoryOutlet outlet) {
    this.outlet = outlet;
    this.adapter =
        new HttpAdapter("web", read("listen: 127.0.0.1:0\n" + TOPICS + settings), outlet);
  }

  static Bed of(String settings) throws IOException {
    return of(settings, List.of());
  }

  /// One that finds on disk what an earlier life left.
  static Bed of(String settings, List<StateEntry> restored) throws IOException {
    return of(settings, new MemoryOutlet(Map.of("alarms", "alarm"), restored));
  }

  static Bed of(String settings, MemoryOutlet outlet) throws IOException {
    Bed bed = new Bed(settings, outlet);
    bed.adapter.start();
    return bed;
  }

  static HttpSettings read(String yaml) {
    try {
      return readOrRefuse(yaml);
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  static HttpSettings readOrRefuse(String yaml) throws SettingsRefused {
    Section section = Settings.parse("edge.yaml", yaml);
    HttpSettings settings = HttpSettings.read(section);
    section.finish();
    return settings;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + adapter.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json");
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> post(String path, String type, byte[] body) {
    return send(
        request(path)
            .setHeader("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return sendLater(request).join();
  }

  CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpRequest.Builder keyed(String key, String body) {
    return request("/topics/t")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  RawClient raw() throws IOException {
    RawClient raw = new RawClient(adapter.port());
    clients.add(raw);
    return raw;
  }

  long count(String counter) {
    return Objects.requireNonNull(adapter.status().counters().get(counter), counter);
  }

  void assertRefused(int status, String words, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().startsWith("{\"error\":\""), response.body());
    assertTrue(response.body().contains(words), response.body());
  }

  List<String> values() {
    return outlet.durable().stream().map(Bed::value).toList();
  }

  static String value(Reading reading) {
    return new String(Objects.requireNonNull(reading.value()), StandardCharsets.UTF_8);
  }

  static String envelope(String source, Object value) {
    return "{\"source\":\"" + source + "\",\"value\":" + value + ",\"quality\":\"good\"}";
  }

  static void eventually(BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
      held = holds.getAsBoolean();
    }
    assertTrue(held, "it did not come to be");
  }

  @Override
  public void close() {
    clients.forEach(RawClient::close);
    adapter.close();
    outlet.close();
  }
}
