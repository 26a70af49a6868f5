package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
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
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench idle`: what an edge holds in memory for devices that are silent.
@Command(
    name = "idle",
    description = {
      "Starts an edge with the MQTT endpoint and no data, opens idle connections, each with a session that is kept and a",
      "subscription of its own at QoS 1, then publishes one retained value to each of many topics, all of which are logged",
      "too, and reads the process's resident memory and CPU after each step; then kills the edge, and starts it with what it",
      "has on disk. The same beside Mosquitto, which keeps all that in memory. Prints one JSON object with medians."
    },
    mixinStandardHelpOptions = true)
public final class IdleBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String FIELD = "field";
  private static final int OTHER_CLIENTS = 2;
  private static final int PATIENCE_MS = 60_000;
  private static final int TOPICS_A_FLOOR = 100;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1000",
      description = "that are idle (default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(
      names = "--retained",
      paramLabel = "N",
      defaultValue = "10000",
      description = "topics with a retained value (default: ${DEFAULT-VALUE})")
  private int retained;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "of one value (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "after each step, before memory is read (default: ${DEFAULT-VALUE})")
  private int settleSeconds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "with each server (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(names = "--no-peers", description = "the edge alone")
  private boolean noPeers;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  private enum Step {
    STARTED,
    CONNECTED,
    RETAINED,
    STARTED_AGAIN
  }

  /// One life of a server, in bytes resident behind each step.
  ///
  /// @param idleCpuShare of one core, with everything connected
  private record Run(
      Map<Step, Long> rssBytes, long peakBytes, double idleCpuShare, double firstAckMillis) {
    double megabytes(Step step) {
      return rssBytes.getOrDefault(step, 0L) / 1e6;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (runs < 1 || connections < 1 || retained < 1 || size < 1 || settleSeconds < 0) {
      err.println(
          "bench idle: --runs, --connections, --retained and --size are positive, --settle is not negative");
      return ExitStatus.USAGE;
    }
    if (!noPeers && !Mosquitto.isThere()) {
      err.println("bench idle: no mosquitto; install mosquitto, or say --no-peers");
      return ExitStatus.WORLD;
    }
    Map<String, List<Run>> results = new LinkedHashMap<>();
    try {
      for (int run = 1; run <= runs; run++) {
        add(results, run, "edge", edge());
        if (!noPeers) {
          add(results, run, "mosquitto", mosquitto());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      err.println("bench idle: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(result(results));
    out.flush();
    return ExitStatus.DONE;
  }

  private void add(Map<String, List<Run>> results, int number, String server, Run run) {
    results.computeIfAbsent(server, any -> new ArrayList<>()).add(run);
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "run %d, %s: %.1f MB, with %,d connections %.1f MB, with %,d retained values %.1f MB%n",
          number,
          server,
          run.megabytes(Step.STARTED),
          connections,
          run.megabytes(Step.CONNECTED),
          retained,
          run.megabytes(Step.RETAINED));
      err.flush();
    }
  }

  private Run edge() throws IOException, InterruptedException {
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      int most = connections + OTHER_CLIENTS;
      Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, EDGE, plant.freeAddress())
                  .mapping("{filter: \"%s/#\", topic: %s}".formatted(FIELD, FIELD))
                  .more("    max-connections: %1$d\n    max-sessions: %1$d\n".formatted(most)));
      // Twice, since the first life has no class archive yet, which is written at its end.
      edge.program().start();
      plant.awaitReady(edge);
      edge.program().terminate();
      edge.program().start();
      plant.awaitReady(edge);
      Run run = life(edge.program(), Plant.address(edge.mqtt()));
      edge.program().kill();
      double firstAck = FirstAck.afterStart(edge, FIELD + "/first", new byte[size]);
      settle();
      run.rssBytes.put(Step.STARTED_AGAIN, edge.program().rssBytes());
      return new Run(run.rssBytes, run.peakBytes, run.idleCpuShare, firstAck);
    }
  }

  private Run mosquitto() throws IOException, InterruptedException {
    try (Plant plant = new Plant("tributary-bench-", List.of())) {
      String address = plant.freeAddress();
      Program broker = Mosquitto.of(plant, "mosquitto", address, "persistence false");
      broker.start();
      Mosquitto.awaitListening(broker, address);
      return life(broker, Plant.address(address));
    }
  }

  private Run life(Program server, InetSocketAddress address)
      throws IOException, InterruptedException {
    Map<Step, Long> rss = new LinkedHashMap<>();
    settle();
    rss.put(Step.STARTED, server.rssBytes());
    try (MqttSwarm swarm = new MqttSwarm(address, size)) {
      swarm.keepSessions();
      for (int i = 0; i < connections; i++) {
        swarm.subscribers(1, "device-" + i, "command/device-" + i + "/#", 1);
      }
      settle();
      rss.put(Step.CONNECTED, server.rssBytes());
      retain(address);
      settle();
      rss.put(Step.RETAINED, server.rssBytes());
      double cpuBefore = server.cpuSeconds();
      long began = System.nanoTime();
      settle();
      double share = (server.cpuSeconds() - cpuBefore) / ((System.nanoTime() - began) / 1e9);
      return new Run(rss, server.peakRssBytesOfThisLife(), share, 0);
    }
  }

  private void retain(InetSocketAddress address) throws IOException {
    String uri = "tcp://" + address.getHostString() + ":" + address.getPort();
    try (MqttAsyncClient client = new MqttAsyncClient(uri, "retains", new MemoryPersistence())) {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMaxInflight(retained);
      client.connect(options).waitForCompletion(PATIENCE_MS);
      List<IMqttDeliveryToken> tokens = new ArrayList<>();
      for (int i = 0; i < retained; i++) {
        String topic =
            FIELD + "/floor-" + i / TOPICS_A_FLOOR + "/sensor-" + i % TOPICS_A_FLOOR + "/value";
        tokens.add(client.publish(topic, new byte[size], 1, true));
      }
      for (IMqttDeliveryToken token : tokens) {
        token.waitForCompletion(PATIENCE_MS);
      }
      client.disconnect().waitForCompletion(PATIENCE_MS);
    } catch (MqttException e) {
      throw new IOException("a retained value was not taken: " + e, e);
    }
  }

  private void settle() throws InterruptedException {
    TimeUnit.SECONDS.sleep(settleSeconds);
  }

  private String result(Map<String, List<Run>> results) {
    JsonStringWriter out =
        JsonWriter.string()
            .object()
            .value("bench", "idle")
            .value("connections", connections)
            .value("retained", retained)
            .value("size", size)
            .value("runs", runs)
            .object("servers");
    results.forEach((name, list) -> {
      out.object(name)
          .value("startedMegabytes", median(list, run -> run.megabytes(Step.STARTED)))
          .value("connectedMegabytes", median(list, run -> run.megabytes(Step.CONNECTED)))
          .value("retainedMegabytes", median(list, run -> run.megabytes(Step.RETAINED)))
          .value("peakMegabytes", median(list, run -> run.peakBytes / 1e6))
          .value("idleCpuShare", median(list, Run::idleCpuShare));
      if (name.equals("edge")) {
        out.value("startedAgainMegabytes", median(list, run -> run.megabytes(Step.STARTED_AGAIN)))
            .value("firstAckMillis", median(list, Run::firstAckMillis));
      }
      out.end();
    });
    return out.end().end().done();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
    return Median.of(runs.stream().mapToDouble(of).toArray());
  }
}
