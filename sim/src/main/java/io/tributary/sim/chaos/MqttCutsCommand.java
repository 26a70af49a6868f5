package io.tributary.sim.chaos;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.chaos.CutClient.Cut;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim mqtt-cuts`: an MQTT connection that ends at every packet there is.
@Command(
    name = "mqtt-cuts",
    description = {
      "Publishes to an edge by a client of its own bytes, once with QoS 2 and once with QoS 1. Each",
      "connection is cut before, in the middle of or behind another packet; the edge is killed now and",
      "then. Then compares what was acknowledged with what a Kafka client reads at the hub: QoS 2 must",
      "be there exactly once. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class MqttCutsCommand implements Callable<Integer> {
  private static final String EDGE = "cut-edge";
  private static final String TOPIC = "cuts";
  private static final int QOS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Option(
      names = "--reconnects",
      paramLabel = "N",
      defaultValue = "1000",
      description = "of each of the two clients (default: ${DEFAULT-VALUE})")
  private int reconnects;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "5",
      description = "how often the edge is killed meanwhile (default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private final Map<Cut, Integer> done = new EnumMap<>(Cut.class);

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (reconnects < 1 || kills < 0) {
      err.println("sim mqtt-cuts: --reconnects is positive, --kills not negative");
      return ExitStatus.USAGE;
    }
    long started = System.nanoTime();
    try (Plant plant = new Plant("tributary-cuts-", List.of(EDGE))) {
      Plant.Hub hub = plant.hub("");
      Plant.Edge edge = plant.edge(EDGE, hub.mirror(), TOPIC, "");
      InetSocketAddress address = Plant.address(edge.mqtt());
      SplittableRandom random = new SplittableRandom(seed);
      Path[] files = {plant.directory().resolve("1.ledger"), plant.directory().resolve("2.ledger")};
      boolean kept = true;
      for (int qos = 1; qos <= QOS; qos++) {
        String client = "cut-" + qos;
        String mqttTopic = "cuts/" + qos;
        try (Ledger.Recorder ledger = new Ledger.Recorder(files[qos - 1], mqttTopic, client, qos)) {
          CutClient device = new CutClient(address, client, mqttTopic, qos, ledger, random.split());
          drive(plant, edge, device);
          kept &= device.isSessionKept();
        }
      }
      Verdict verdict = new Verdict(List.of(Ledger.read(files[0]), Ledger.read(files[1])));
      try (HubReader reader = new HubReader(hub.kafka(), TOPIC)) {
        reader.read(verdict, PATIENCE);
      }
      report(verdict, (System.nanoTime() - started) / 1e9);
      return verdict.holds() && kept ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      err.println("sim mqtt-cuts: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void drive(Plant plant, Plant.Edge edge, CutClient device)
      throws IOException, InterruptedException {
    List<Cut> cuts = device.cuts();
    for (int i = 0; i < reconnects; i++) {
      Cut cut = cuts.get(i % cuts.size());
      device.converse(cut);
      done.merge(cut, 1, Integer::sum);
      if (isKilledAfter(i)) {
        edge.program().kill();
        edge.program().start();
        plant.awaitReady(edge);
      }
    }
    device.converse(null);
  }

  private void report(Verdict verdict, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("reconnects", reconnects * QOS)
              .value("kills", edgeKills())
              .value("seconds", Math.round(seconds));
      verdict.write(result);
      result.object("cuts");
      done.forEach((cut, times) -> result.value(cut.name(), times));
      out.println(result.end().end().done());
    } else {
      out.printf(
          "%d connections cut at %d places: %d readings acknowledged, %d missing, %d duplicated,"
              + " %d disordered, %d altered; %d resent by QoS 1%n",
          reconnects * QOS,
          done.size(),
          verdict.acknowledged(),
          verdict.missing(),
          verdict.duplicated(),
          verdict.disordered(),
          verdict.altered(),
          verdict.resent());
    }
    out.flush();
  }

  /// The kills are spread evenly, the first one half a distance from the beginning.
  private boolean isKilledAfter(int i) {
    return killsUpTo(i + 1) > killsUpTo(i);
  }

  private long killsUpTo(int connections) {
    return (2L * connections * kills + reconnects) / (2L * reconnects);
  }

  private int edgeKills() {
    int count = 0;
    for (int i = 0; i < reconnects; i++) {
      count += isKilledAfter(i) ? 1 : 0;
    }
    return count * QOS;
  }
}
