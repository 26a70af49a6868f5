package io.tributary.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Found;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.edge.EdgeStatus.AdapterState;
import io.tributary.record.Header;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A whole edge for tests. Lines come in over TCP, each acknowledged when what came of it is on disk; what is in the topics is read as
/// an adapter reads them.
final class EdgeBed {
  static final Path GUESTS = Path.of("../smartmodules/samples/wasm");

  private final Path directory;
  private int port;

  EdgeBed(Path directory) {
    this.directory = directory;
  }

  /// A sample guest with its checksum, as the value of `uses`.
  static String guest(String name) throws Exception {
    Path file = GUESTS.resolve(name + ".wasm");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    // A machine that stands still must not be taken for a guest that does.
    return "%s, sha256: %s, budget: {time: 20s}"
        .formatted(file.toAbsolutePath(), HexFormat.of().formatHex(digest));
  }

  static long acked(String topic, EdgeNode node) {
    return node.status().streams().stream()
        .filter(stream -> stream.topic().equals(topic))
        .findFirst()
        .orElseThrow()
        .acked();
  }

  static AdapterState state(String name, EdgeNode node) {
    return node.status().adapters().stream()
        .filter(adapter -> adapter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private final Collector collector = new Collector();

  List<String> valuesOf(String topic) {
    return collected(topic).stream().map(found -> text(found.record().value())).toList();
  }

  List<Long> timesOf(String topic) {
    return collected(topic).stream().map(found -> found.record().timestampMs()).toList();
  }

  List<Map<String, String>> headers(String topic) {
    return collected(topic).stream()
        .map(found -> {
          Map<String, String> headers = new HashMap<>();
          for (Header header : found.record().headers()) {
            headers.put(header.key(), text(header.value()));
          }
          return headers;
        })
        .toList();
  }

  List<Found.Stored> collected(String topic) {
    return collector.all(topic);
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }

  /// Reads topics from their beginning, whenever it is asked.
  private static final class Collector implements Adapter, AdapterPlan, AdapterType {
    private @Nullable Outlet outlet;

    @Override
    public String type() {
      return "collector";
    }

    @Override
    public AdapterPlan plan(Section settings) {
      return this;
    }

    @Override
    public Map<String, Optional<TopicClass>> topics() {
      return Map.of();
    }

    @Override
    public Set<String> reads() {
      return Set.of();
    }

    @Override
    public Adapter open(String name, Outlet opened) {
      outlet = opened;
      return this;
    }

    @Override
    public void start() {}

    List<Found.Stored> all(String topic) {
      List<Found.Stored> all = new ArrayList<>();
      Outlet opened = Objects.requireNonNull(outlet, "not open yet");
      try (TopicReader reader = opened.read(topic, TopicPosition.OLDEST, () -> {})) {
        for (Found found = reader.next(); found != null; found = reader.next()) {
          if (found instanceof Found.Stored stored) {
            all.add(stored);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return all;
    }

    @Override
    public AdapterStatus status() {
      return new AdapterStatus(type(), true, "", Map.of(), null);
    }

    @Override
    public void close() {}
  }

  EdgeNode start(String topic, String transforms, String more, String pipelines) throws Exception {
    String chain = transforms.isEmpty() ? "" : "transforms: " + transforms;
    port = freePort();
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: %s
            http: {listen: "127.0.0.1:0"}
            topics:
              %s:
                class: normal
                %s
                %s
            adapters:
              collector: {}
              lines: {type: tcp-lines, listen: '127.0.0.1:%d', topic: %s}
            %s
            """
                .formatted(directory, topic, chain, more, port, topic, pipelines));
    Map<String, AdapterType> types = new HashMap<>(StartCommand.adapterTypes());
    types.put("collector", collector);
    EdgeConfig config = EdgeConfig.of(root, types);
    root.finish();
    return EdgeNode.start(config, bug -> fail(bug));
  }

  List<String> send(String lines, int answers) throws IOException {
    return send(port, lines, answers);
  }

  /// Sends lines to an edge, and reads so many answers.
  static List<String> send(int port, String lines, int answers) throws IOException {
    try (Socket device = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(device.getInputStream(), UTF_8))) {
      device.setSoTimeout(20_000);
      device.getOutputStream().write(lines.getBytes(UTF_8));
      List<String> all = new ArrayList<>();
      for (int i = 0; i < answers; i++) {
        all.add(reader.readLine());
      }
      return all;
    }
  }

  static void eventually(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      held = holds.getAsBoolean();
    }
    assertTrue(held);
  }

  /// Below those that the kernel gives to outgoing connections, so that none takes it between two starts.
  static int freePort() {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
  }
}
