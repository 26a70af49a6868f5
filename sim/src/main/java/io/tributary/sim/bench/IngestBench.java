package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.bench.MqttSwarm.Count;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Mosquitto;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench ingest`: what MQTT costs, in and out.
@Command(
    name = "ingest",
    description = {
      "Publishes at QoS 1, each connection with its window full, to an edge and to Mosquitto in turn, both processes of",
      "their own without TLS. What the edge acknowledges is on disk; Mosquitto queues it in memory for a session that is",
      "away (mosquitto-queue), or has nobody to give it to (mosquitto). Then publishes to subscribers of QoS 0. Prints one",
      "JSON object: medians of publishes/s and deliveries/s, the server's CPU seconds per million, percentiles of",
      "acknowledgements, the ratios edge/peer, and what the disk allows: all windows in each append with its fdatasync."
    },
    mixinStandardHelpOptions = true)
public final class IngestBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String TOPIC = "bench";
  private static final double SETTLE_SECONDS = 1;

  @Option(
      names = "--connections",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,100,1000",
      description = "that publish (default: ${DEFAULT-VALUE})")
  private List<Integer> connections = List.of();

  @Option(
      names = "--windows",
      paramLabel = "N",
      split = ",",
      defaultValue = "20,1000",
      description =
          "publishes of one connection that wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private List<Integer> windows = List.of();

  @Option(
      names = "--subscribers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,100",
      description = "for the second part (default: ${DEFAULT-VALUE})")
  private List<Integer> subscribers = List.of();

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "of one value (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "that each run is measured (default: ${DEFAULT-VALUE})")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "of publishes one by one to each server before anything is measured: until then the edge's code is interpreted, "
              + "not compiled (default: ${DEFAULT-VALUE})")
  private double warmUpSeconds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "of each case with each server (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(names = "--no-peers", description = "the edge alone")
  private boolean noPeers;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  private record Server(String name, Program program, String mqtt) {
    InetSocketAddress address() {
      return Plant.address(mqtt);
    }
  }

  private record Run(Count count, double cpuSeconds) {
    double published() {
      return count.acknowledged() / count.seconds();
    }

    double delivered() {
      return count.delivered() / count.seconds();
    }

    double cpuPerMillion() {
      return cpuSeconds / Math.max(1, Math.max(count.acknowledged(), count.delivered())) * 1e6;
    }

    double ackMillis(double share) {
      return Median.percentile(count.sortedNanos(), share) / 1e6;
    }
  }

  /// @param subscribers 0: only what comes in is measured
  private record Case(int connections, int window, int subscribers) {
    @Override
    public String toString() {
      return subscribers == 0
          ? connections + " connections, window " + window
          : "1 connection, window " + window + ", " + subscribers + " subscribers";
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (runs < 1 || seconds <= 0 || warmUpSeconds < 0 || size < 1 || size > 10_000) {
      err.println(
          "bench ingest: --runs and --seconds are positive, --warm-up is not negative, --size 1 to 10000");
      return ExitStatus.USAGE;
    }
    if (!noPeers && !Mosquitto.isThere()) {
      err.println("bench ingest: no mosquitto; install mosquitto, or say --no-peers");
      return ExitStatus.WORLD;
    }
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      List<Server> servers = new ArrayList<>();
      EdgePlan plan =
          EdgePlan.of(plant, EDGE, plant.freeAddress())
              .mapping("{filter: \"#\", topic: %s}".formatted(TOPIC));
      Edge edge = plant.unstartedEdge(plan);
      edge.program().start();
      plant.awaitReady(edge);
      servers.add(new Server("edge", edge.program(), edge.mqtt()));
      if (!noPeers) {
        servers.add(mosquitto(plant, "mosquitto"));
        servers.add(mosquitto(plant, "mosquitto-queue"));
      }
      for (Server server : servers) {
        warmUp(server);
      }
      Map<Case, Map<String, List<Run>>> results = new LinkedHashMap<>();
      Map<Case, Double> forceMillis = new LinkedHashMap<>();
      for (Case each : cases()) {
        double before = DiskLimit.forceMillis(plant.directory());
        results.put(each, measure(servers, each));
        double after = DiskLimit.forceMillis(plant.directory());
        forceMillis.put(each, (before + after) / 2);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(result(servers, results, forceMillis));
      out.flush();
      return ExitStatus.DONE;
    } catch (IOException | UncheckedIOException e) {
      err.println("bench ingest: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void warmUp(Server server) throws IOException {
    try (MqttSwarm swarm = new MqttSwarm(server.address(), size)) {
      swarm.publishers(1, TOPIC, 1);
      swarm.run(0, warmUpSeconds, () -> {}, () -> {});
    }
  }

  private List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int window : windows) {
      for (int count : connections) {
        cases.add(new Case(count, window, 0));
      }
    }
    for (int count : subscribers) {
      cases.add(new Case(1, 1000, count));
    }
    return cases;
  }

  /// Without limits on what it queues, and without anything on disk.
  private static Server mosquitto(Plant plant, String name)
      throws IOException, InterruptedException {
    String address = plant.freeAddress();
    Program program =
        Mosquitto.of(
            plant,
            name,
            address,
            """
            persistence false
            max_queued_messages 0
            max_inflight_messages 0
            """);
    program.start();
    Mosquitto.awaitListening(program, address);
    return new Server(name, program, address);
  }

  /// The servers take turns, so that what else the machine does meets all of them.
  private Map<String, List<Run>> measure(List<Server> servers, Case one) throws IOException {
    Map<String, List<Run>> byServer = new LinkedHashMap<>();
    for (int run = 1; run <= runs; run++) {
      for (Server server : servers) {
        boolean queues = server.name.endsWith("queue");
        if (queues && one.subscribers > 0) {
          continue;
        }
        if (queues) {
          SessionAway.make(server.address(), TOPIC + "/#"); // anew, so that its queue is empty
        }
        Run result = run(server, one);
        byServer.computeIfAbsent(server.name, any -> new ArrayList<>()).add(result);
        tell(
            "%s, run %d, %s: %,.0f published/s, %,.0f delivered/s, %.1f CPU-s a million, ack p50 %.2f ms, p99 %.2f ms",
            one,
            run,
            server.name,
            result.published(),
            result.delivered(),
            result.cpuPerMillion(),
            result.ackMillis(0.5),
            result.ackMillis(0.99));
      }
    }
    return byServer;
  }

  private Run run(Server server, Case one) throws IOException {
    try (MqttSwarm swarm = new MqttSwarm(server.address(), size)) {
      if (one.subscribers > 0) {
        swarm.subscribers(one.subscribers, "listener", TOPIC + "/#", 0);
      }
      swarm.publishers(one.connections, TOPIC, one.window);
      double[] cpu = new double[2];
      Count count =
          swarm.run(
              SETTLE_SECONDS,
              seconds,
              () -> cpu[0] = server.program.cpuSeconds(),
              () -> cpu[1] = server.program.cpuSeconds());
      return new Run(count, cpu[1] - cpu[0]);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void tell(String format, Object... arguments) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(format + "%n", arguments);
      err.flush();
    }
  }

  private String result(
      List<Server> servers,
      Map<Case, Map<String, List<Run>>> results,
      Map<Case, Double> forceMillis) {
    JsonStringWriter out =
        JsonWriter.string()
            .object()
            .value("bench", "ingest")
            .value("size", size)
            .value("runs", runs)
            .object("peakRssMegabytes");
    servers.forEach(s -> out.value(s.name, s.program.peakRssBytes() / 1e6));
    out.end().array("cases");
    results.forEach((one, byServer) -> {
      double force = forceMillis.getOrDefault(one, 0.0);
      out.object()
          .value("connections", one.connections)
          .value("window", one.window)
          .value("subscribers", one.subscribers)
          .value("forceMillis", force)
          .object("servers");
      byServer.forEach((name, list) -> {
        out.object(name)
            .value("publishedPerSecond", median(list, Run::published))
            .value("deliveredPerSecond", median(list, Run::delivered))
            .value("cpuSecondsPerMillion", median(list, Run::cpuPerMillion))
            .value("ackMillisP50", median(list, run -> run.ackMillis(0.5)))
            .value("ackMillisP99", median(list, run -> run.ackMillis(0.99)))
            .end();
      });
      out.end().object("edgeTo");
      List<Run> edge = byServer.getOrDefault("edge", List.of());
      double allowed = one.connections * (double) one.window / (force / 1e3);
      out.object("disk").value("perSecond", median(edge, Run::published) / allowed).end();
      byServer.forEach((name, list) -> {
        if (!name.equals("edge")) {
          ToDoubleFunction<Run> rate = one.subscribers > 0 ? Run::delivered : Run::published;
          out.object(name)
              .value("perSecond", median(edge, rate) / median(list, rate))
              .value("cpu", median(edge, Run::cpuPerMillion) / median(list, Run::cpuPerMillion))
              .end();
        }
      });
      out.end().end();
    });
    return out.end().end().done();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
    return Median.of(runs.stream().mapToDouble(of).toArray());
  }
}
