package io.tributary.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.tributary.settings.SettingsRefused;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SmartModules in a whole edge: before the log, and between two topics. Lines come in over TCP, each acknowledged when what came
/// of it is on disk; what is in the topics is read as an adapter reads them.
@SuppressWarnings("try") // an edge runs as long as its block
final class TransformsTest {
  private static final Path GUESTS = Path.of("../smartmodules/samples/wasm");

  @TempDir private Path directory;

  private int port = freePort();

  @Test
  void whatAFilterLeavesOutIsAcknowledgedAndInNoLog() throws Exception {
    try (EdgeNode node = start("lines", "[{uses: regex-filter, with: {regex: '^4'}}]", "", "")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2", "ok kiln 3"),
          send("kiln 1 450\nkiln 2 351\nkiln 3 452\n", 3));
      assertEquals(List.of("450", "452"), valuesOf("lines"));
      AdapterState lane = node.status().transforms().get(0);
      assertEquals(1, lane.counters().get("leftOut"), lane::toString);
    }
  }

  @Test
  void whatAGuestFailsOnGoesToItsOwnTopicWithTheReason() throws Exception {
    String filterMap = "[{uses: " + guest("filter-map-c") + "}]";
    try (EdgeNode node = start("lines", filterMap, "", "")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2", "ok kiln 3"),
          send("kiln 1 450\nkiln 2 hot\nkiln 3 452\n", 3));
      assertEquals(List.of("225", "226"), valuesOf("lines"));
      assertEquals(List.of("hot"), valuesOf("lines.dead-letters"));
      Map<String, String> headers = headers("lines.dead-letters").get(0);
      assertEquals("record", headers.get("dead-letter.reason"));
      assertEquals("lines", headers.get("dead-letter.topic"));
      assertEquals("lines", headers.get("source"));
    }
  }

  @Test
  void manyOfOneAreDurableWithTheStateOfTheirReading() throws Exception {
    String arrayMap = "[{uses: " + guest("array-map-c") + "}]";
    try (EdgeNode node = start("lines", arrayMap, "", "")) {
      assertEquals(List.of("ok kiln 1"), send("kiln 1 [1,2,3]\n", 1));
    }
    port = freePort();
    try (EdgeNode node = start("lines", arrayMap, "", "")) {
      // The number is the adapter's state, by which it knows a line that comes again.
      assertEquals(List.of("ok kiln 1", "ok kiln 2"), send("kiln 1 [1,2,3]\nkiln 2 [4]\n", 2));
      assertEquals(List.of("1", "2", "3", "4"), valuesOf("lines"));
    }
  }

  @Test
  void aStreamThatShallStopWaitsBeforeTheRecord() throws Exception {
    String more = "on-error: stop";
    String filterMap = "[{uses: " + guest("filter-map-c") + "}]";
    try (EdgeNode node = start("lines", filterMap, more, "")) {
      assertEquals(List.of("ok kiln 1"), send("kiln 1 450\nkiln 2 hot\n", 1));
      eventually(
          () -> node.status().transforms().get(0).state().contains("stopped before a reading"));
      assertEquals(List.of("225"), valuesOf("lines"));
    }
  }

  @Test
  void aPipelineGoesOnWhereItWasWithItsState() throws Exception {
    String pipelines =
        """
        pipelines:
          sums:
            from: lines
            to: sums
            transforms: [{uses: %s}]
        """
            .formatted(guest("aggregate-c"));
    List<String> expected = new ArrayList<>();
    int sum = 0;
    for (int life = 0; life < 3; life++) {
      port = freePort();
      try (EdgeNode node = start("lines", "", "", pipelines)) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
          int number = 20 * life + i;
          sum += number;
          expected.add(Integer.toString(sum));
          lines.append("kiln ").append(number).append(' ').append(number).append('\n');
        }
        send(lines.toString(), 20);
        int count = expected.size();
        eventually(() -> valuesOf("sums").size() >= count);
        assertEquals(expected, valuesOf("sums"));
        Map<String, String> headers = headers("sums").get(0);
        assertEquals("sums", headers.get("source"));
        assertEquals("lines", headers.get("origin"));
      }
    }
  }

  @Test
  void anotherChainBeginsANewGenerationWhereTheOldOneWas() throws Exception {
    String pipelines = "pipelines: {p: {from: lines, to: out, transforms: [{uses: %s}]}}";
    try (EdgeNode node = start("lines", "", "", pipelines.formatted(guest("map-c")))) {
      send("kiln 1 a\nkiln 2 b\n", 2);
      eventually(() -> valuesOf("out").size() == 2);
    }
    port = freePort();
    try (EdgeNode node =
        start("lines", "", "", pipelines.formatted(guest("filter-c") + ", with: {key: c}"))) {
      send("kiln 3 ac\nkiln 4 b\n", 2);
      eventually(() -> valuesOf("out").size() == 3);
      assertEquals(List.of("A", "B", "ac"), valuesOf("out"));
      assertEquals(2, state("p", node).counters().get("generation"));
    }
  }

  /// What stays here is let go once its pipeline is done with it, and not before.
  @Test
  void aTopicThatIsNotMirroredIsAcknowledgedByItsPipeline() throws Exception {
    String pipelines =
        "pipelines: {p: {from: lines, to: out, transforms: [{uses: %s}]}}"
            .formatted(guest("map-c"));
    try (EdgeNode node = start("lines", "", "mirror: false", pipelines)) {
      send("kiln 1 a\n", 1);
      eventually(() -> valuesOf("out").size() == 1);
    }
    port = freePort();
    try (EdgeNode node = start("lines", "", "mirror: false", pipelines)) {
      // Its end has saved its state, so that nothing needs to be read again.
      send("kiln 2 b\n", 1);
      eventually(() -> valuesOf("out").size() == 2);
      eventually(() -> acked("lines", node) == 1);
      assertEquals(0, acked("out", node));
    }
    port = freePort();
    try (EdgeNode node = start("lines", "", "mirror: false", "")) {
      send("kiln 3 c\n", 1);
      eventually(() -> acked("lines", node) == 3);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    String refused =
        refusal(
            """
            topics:
              lines:
                transforms:
                  - {uses: no-such}
                  - {uses: %1$s/map-c.wasm}
                  - {uses: %1$s/map-c.wasm, sha256: '00'}
                  - {uses: regex-filter, with: {regex: '('}}
                  - {uses: %1$s/hostile/no-kind.wasm, sha256: '00'}
              out.dead-letters: {class: alarm}
            pipelines:
              a: {from: lines, to: lines, transforms: [{uses: window, with: {length: 1m}}]}
              b: {from: lines, to: out, start: soon, transforms: [{uses: window, with: {length: 1m}}]}
              c: {from: nobody, to: more}
              lines: {from: lines, to: rest, transforms: [{uses: window, with: {length: 1m}}]}
            """
                .formatted(GUESTS));
    for (String part :
        List.of(
            "topics.lines.transforms[0].uses: is 'no-such', which is neither a file",
            "topics.lines.transforms[1].sha256: is missing; the file",
            "topics.lines.transforms[2].sha256: is 00, but",
            "topics.lines.transforms[3].with: is not accepted by regex-filter",
            "topics.lines.transforms[4].uses",
            "pipelines.a.to: is 'lines', where the pipeline reads",
            "pipelines.b.start: is 'soon' but must be earliest, latest",
            "pipelines.b.dead-letter: is 'out.dead-letters', which is of the class alarm",
            "pipelines.c.transforms: is missing",
            "pipelines.lines: is the name of an adapter, too")) {
      assertTrue(refused.contains(part), () -> part + "\nin\n" + refused);
    }
  }

  private static String refusal(String text) {
    try {
      Section root =
          Settings.parse(
              "edge.yaml",
              "edge: e1\ndata-dir: d\nadapters: {lines: {type: tcp-lines, topic: lines}}\n" + text);
      EdgeConfig.of(root, StartCommand.adapterTypes());
      return String.valueOf(assertThrows(SettingsRefused.class, root::finish).getMessage());
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  /// A sample guest with its checksum, as the value of `uses`.
  private static String guest(String name) throws Exception {
    Path file = GUESTS.resolve(name + ".wasm");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    // A machine that stands still must not be taken for a guest that does.
    return "%s, sha256: %s, budget: {time: 20s}"
        .formatted(file.toAbsolutePath(), HexFormat.of().formatHex(digest));
  }

  private static long acked(String topic, EdgeNode node) {
    return node.status().streams().stream()
        .filter(stream -> stream.topic().equals(topic))
        .findFirst()
        .orElseThrow()
        .acked();
  }

  private static AdapterState state(String name, EdgeNode node) {
    return node.status().adapters().stream()
        .filter(adapter -> adapter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private final Collector collector = new Collector();

  private List<String> valuesOf(String topic) {
    return collected(topic).stream().map(found -> text(found.record().value())).toList();
  }

  private List<Map<String, String>> headers(String topic) {
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

  private List<Found.Stored> collected(String topic) {
    return collector.all(topic);
  }

  private static String text(byte @Nullable [] bytes) {
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

  private EdgeNode start(String topic, String transforms, String more, String pipelines)
      throws Exception {
    String chain = transforms.isEmpty() ? "" : "transforms: " + transforms;
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

  private List<String> send(String lines, int answers) throws IOException {
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

  private static void eventually(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    boolean held = holds.getAsBoolean();
    while (!held && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      held = holds.getAsBoolean();
    }
    assertTrue(held);
  }

  /// Below those that the kernel gives to outgoing connections, so that none takes it between two starts.
  private static int freePort() {
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
