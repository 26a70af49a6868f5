package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.TopicClass;
import io.tributary.edge.EdgeStatus.AdapterState;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the guide for adapters promises, in a whole edge: the template's adapter takes lines in, and no neighbour in the same class,
/// whatever it does wrong, keeps it from that.
final class AdaptersTest {
  @TempDir private Path directory;

  private int port = EdgeBed.freePort();

  /// What an adapter does wrong.
  enum Fault {
    OPEN_THROWS("NOT WORKING: java.lang.IllegalStateException: OPEN_THROWS"),
    OPEN_MISSES_A_CLASS("NOT WORKING: java.lang.NoClassDefFoundError: OPEN_MISSES_A_CLASS"),
    START_THROWS("NOT WORKING: java.lang.IllegalStateException: START_THROWS"),
    START_IS_REFUSED_BY_THE_WORLD("NOT WORKING: START_IS_REFUSED_BY_THE_WORLD"),
    STATUS_THROWS("it does not tell its status: java.lang.IllegalStateException: STATUS_THROWS"),
    STATUS_BLOCKS("it does not tell its status: no answer within a second"),
    COMPLETION_THROWS("threw on a journal's thread"),
    COMPLETION_MISSES_A_CLASS("threw on a journal's thread: java.lang.NoClassDefFoundError"),
    AFTER_GROUP_THROWS("threw on a journal's thread"),
    SAYS_THAT_IT_FAILED("NOT WORKING: SAYS_THAT_IT_FAILED"),
    CLOSE_THROWS("NOT WORKING: CLOSE_THROWS");

    private final String shown;

    Fault(String shown) {
      this.shown = shown;
    }
  }

  @Test
  void theTemplateLogsARepeatedLineOnceOverARestartOfTheEdge() throws Exception {
    try (EdgeNode node = start("")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2"), EdgeBed.send(port, "kiln 1 450\nkiln 2 451\n", 2));
      assertEquals(2, node.status().streams().get(0).end());
    }
    port = EdgeBed.freePort();
    try (EdgeNode node = start("")) {
      assertEquals(
          List.of("ok kiln 2", "ok kiln 3"), EdgeBed.send(port, "kiln 2 451\nkiln 3 452\n", 2));
      assertEquals(3, node.status().streams().get(0).end());
      AdapterState lines = state(node, "lines");
      assertTrue(lines.state().startsWith("listening on port " + port), lines.state());
      assertEquals(1, lines.counters().get("repeated"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAdapterThatFailsIsShownAndHarmsNoOther(Fault fault) throws Exception {
    try (EdgeNode node = start("hostile: {fault: " + fault + "}")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2"), EdgeBed.send(port, "kiln 1 450\nkiln 2 451\n", 2));
      EdgeBed.eventually(() -> state(node, "hostile").state().contains(fault.shown));
      assertFalse(node.health().isWell());
      assertEquals(List.of("ok kiln 3"), EdgeBed.send(port, "kiln 3 452\n", 1));
      AdapterState lines = state(node, "lines");
      assertTrue(lines.state().startsWith("listening"), lines.state());
      if (fault != Fault.STATUS_THROWS && fault != Fault.STATUS_BLOCKS) {
        EdgeBed.eventually(() -> restarts(node) >= 1);
      }
    }
  }

  @Test
  void settingsAreRefusedAsTheGuideShows() throws Exception {
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: d
            adapters:
              kilns:
                type: tcp-lines
                topic: _x
                port: 1
            """);
    EdgeConfig.of(root, StartCommand.adapterTypes());
    String refused = String.valueOf(assertThrows(SettingsRefused.class, root::finish).getMessage());
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.exists(repository.resolve("protocol-adapters/README.md"))) {
      repository = Objects.requireNonNull(repository.getParent(), "no guide above");
    }
    String guide = Files.readString(repository.resolve("protocol-adapters/README.md"));
    assertEquals(2, refused.lines().count(), refused);
    refused.lines().forEach(line -> assertTrue(guide.contains("\n    " + line + "\n"), line));
  }

  private static long restarts(EdgeNode node) {
    return state(node, "hostile").counters().getOrDefault("restarts", 0L);
  }

  private static AdapterState state(EdgeNode node, String name) {
    return node.status().adapters().stream()
        .filter(adapter -> adapter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private EdgeNode start(String neighbour) throws Exception {
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: %s
            http: {listen: "127.0.0.1:0"}
            adapters:
              %s
              lines: {type: tcp-lines, listen: '127.0.0.1:%d', topic: kiln}
            """
                .formatted(directory, neighbour, port));
    Map<String, AdapterType> types = new HashMap<>(StartCommand.adapterTypes());
    types.put("hostile", new HostileType());
    EdgeConfig config = EdgeConfig.of(root, types);
    root.finish();
    return EdgeNode.start(config, bug -> fail(bug));
  }

  /// An adapter with a fault of its owner's choice, which writes to a topic of the same class.
  private static final class HostileType implements AdapterType {
    @Override
    public String type() {
      return "hostile";
    }

    @Override
    public AdapterPlan plan(Section settings) {
      Fault fault = Fault.valueOf(settings.string("fault"));
      return new AdapterPlan() {
        @Override
        public Map<String, Optional<TopicClass>> topics() {
          return Map.of("hostile", Optional.empty());
        }

        @Override
        public Adapter open(String name, Outlet outlet) {
          throwIf(fault, Fault.OPEN_THROWS);
          missAClassIf(fault, Fault.OPEN_MISSES_A_CLASS);
          return new Hostile(fault, outlet);
        }
      };
    }
  }

  private static void throwIf(Fault fault, Fault now) {
    if (fault == now) {
      throw new IllegalStateException(fault.name());
    }
  }

  /// As when a jar that an adapter needs is not there.
  private static void missAClassIf(Fault fault, Fault now) {
    if (fault == now) {
      throw new NoClassDefFoundError(fault.name());
    }
  }

  private record Hostile(Fault fault, Outlet outlet) implements Adapter {
    @Override
    public void start() throws IOException {
      throwIf(fault, Fault.START_THROWS);
      if (fault == Fault.START_IS_REFUSED_BY_THE_WORLD) {
        throw new IOException(fault.name());
      }
      Emitter emitter = outlet.open("hostile", () -> throwIf(fault, Fault.AFTER_GROUP_THROWS));
      Completion completion =
          new Completion() {
            @Override
            public void durable(long offset) {
              throwIf(fault, Fault.COMPLETION_THROWS);
              missAClassIf(fault, Fault.COMPLETION_MISSES_A_CLASS);
            }

            @Override
            public void refused(Refused reason) {}
          };
      for (int i = 0; i < 3; i++) {
        emitter.emit(new Reading("hostile", 1, null, null, List.of(), List.of()), completion);
      }
      if (fault == Fault.SAYS_THAT_IT_FAILED || fault == Fault.CLOSE_THROWS) {
        outlet.failed(fault.name());
      }
    }

    @Override
    public AdapterStatus status() {
      throwIf(fault, Fault.STATUS_THROWS);
      if (fault == Fault.STATUS_BLOCKS) {
        new CompletableFuture<Void>().orTimeout(5, TimeUnit.SECONDS).join();
      }
      return new AdapterStatus("hostile", true, "does harm", Map.of(), null);
    }

    @Override
    public void close() {
      throwIf(fault, Fault.CLOSE_THROWS);
    }
  }
}
