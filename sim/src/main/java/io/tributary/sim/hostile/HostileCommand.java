package io.tributary.sim.hostile;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import io.tributary.sim.plant.Traffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim hostile`: peers that mean harm against every port of a hub and an edge, beside honest traffic.
@Command(
    name = "hostile",
    description = {
      "Starts a hub and an edge with honest traffic, and attacks each of their ports in each way: half-",
      "open floods, one byte a second, garbage, lying lengths, oversized requests, and, with a valid",
      "certificate, silence and a decompression bomb. Exit status 1 when a peer is not thrown out, a",
      "program's memory passes its bound, or an honest reading is lost."
    },
    mixinStandardHelpOptions = true)
public final class HostileCommand implements Callable<Integer> {
  private static final String EDGE = "honest-edge";
  private static final String HOSTILE = "hostile-edge";
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final Duration SERVING = Duration.ofSeconds(15);
  private static final int READINGS_PER_SECOND = 200;
  private static final int CERTIFIED_PEERS = 20;

  /// A hub has a heap of 512 MiB and buffers beside it, an edge 40 MiB and 24 MiB.
  private static final long HUB_BYTES_MOST = 1024L << 20;

  private static final long EDGE_BYTES_MOST = 160L << 20;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "10000",
      description = "of each half-open flood (default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(
      names = "--quick",
      description = "leaves out what takes until a timeout: floods and slow peers")
  private boolean quick;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private record Outcome(
      String port,
      String attack,
      int connections,
      int refused,
      int open,
      double seconds,
      long peakRssBytes,
      boolean serving,
      boolean held) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (connections < 1) {
      err.println("sim hostile: --connections is positive");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-hostile-", List.of(EDGE, HOSTILE))) {
      Plant.Hub hub = plant.hub("");
      Plant.Edge edge = plant.edge(EDGE, hub.mirror(), "hostile", "");
      List<Outcome> outcomes = new ArrayList<>();
      Verdict verdict;
      try (Traffic traffic =
          Traffic.start(edge.mqtt(), "hostile", plant.directory(), READINGS_PER_SECOND)) {
        while (traffic.acknowledged() == 0) {
          TimeUnit.MILLISECONDS.sleep(50); // the honest ones were there first
        }
        for (Attack attack : Attack.all(connections, Math.clamp(connections / 10, 1, 500))) {
          boolean waits = attack.name().equals("half-open") || attack.name().equals("slow-loris");
          if (!quick || !waits) {
            outcomes.add(attack(attack, hub, edge));
          }
        }
        outcomes.addAll(certified(plant, hub));
        verdict = traffic.finish(hub.kafka(), DRAIN);
      }
      report(outcomes, verdict);
      return verdict.holds() && outcomes.stream().allMatch(Outcome::held)
          ? ExitStatus.DONE
          : ExitStatus.CHECK_FAILED;
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim hostile: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private Outcome attack(Attack attack, Plant.Hub hub, Plant.Edge edge)
      throws IOException, InterruptedException {
    InetSocketAddress target =
        Plant.address(
            switch (attack.port()) {
              case MIRROR -> hub.mirror();
              case KAFKA -> hub.kafka();
              case MQTT -> edge.mqtt();
              case HUB_HTTP -> hub.http();
              case EDGE_HTTP -> edge.http();
            });
    boolean atEdge =
        switch (attack.port()) {
          case MQTT, EDGE_HTTP -> true;
          case MIRROR, KAFKA, HUB_HTTP -> false;
        };
    Program program = atEdge ? edge.program() : hub.program();
    forgetPeak(program);
    long before = sockets(program);
    long startNanos = System.nanoTime();
    Swarm.Result result = Swarm.attack(target, attack.plan(), () -> sockets(program) - before);
    return outcome(
        attack.port().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        attack.name(),
        attack.plan().connections(),
        result.refused(),
        startNanos,
        program,
        atEdge ? edge.http() : hub.http(),
        atEdge ? EDGE_BYTES_MOST : HUB_BYTES_MOST);
  }

  /// How many sockets the process has. What the kernel has queued and never handed over is no burden of
  /// the program's, and its peer does not learn of its end.
  private static long sockets(Program program) {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
      return files.filter(HostileCommand::isSocket).count();
    } catch (IOException e) {
      return 0; // the process has ended, which is seen elsewhere
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed in between
    }
  }

  /// With a certificate: nothing said, and a bomb.
  private List<Outcome> certified(Plant plant, Plant.Hub hub)
      throws IOException, InterruptedException {
    CertifiedPeer peer =
        new CertifiedPeer(Plant.address(hub.mirror()), plant.directory().resolve("pki"), HOSTILE);
    List<Outcome> outcomes = new ArrayList<>();
    forgetPeak(hub.program());
    long startNanos = System.nanoTime();
    int refused = 0;
    for (int i = 0; i < CERTIFIED_PEERS; i++) {
      refused += peer.sendsBomb() ? 1 : 0;
    }
    outcomes.add(
        outcome(
            "mirror",
            "decompression bomb, certified",
            CERTIFIED_PEERS,
            refused,
            startNanos,
            hub.program(),
            hub.http(),
            HUB_BYTES_MOST));
    if (!quick) {
      forgetPeak(hub.program());
      startNanos = System.nanoTime();
      outcomes.add(
          outcome(
              "mirror",
              "silence, certified",
              1,
              peer.saysNothing() ? 1 : 0,
              startNanos,
              hub.program(),
              hub.http(),
              HUB_BYTES_MOST));
    }
    return outcomes;
  }

  private Outcome outcome(
      String port,
      String attack,
      int peers,
      int refused,
      long startNanos,
      Program program,
      String http,
      long bytesMost)
      throws InterruptedException {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    boolean serving = isServing(http);
    long peak = program.peakRssBytes();
    boolean held = refused == peers && serving && program.isAlive() && peak < bytesMost;
    Outcome outcome =
        new Outcome(port, attack, peers, refused, peers - refused, seconds, peak, serving, held);
    spec.commandLine().getErr().println(line(outcome));
    spec.commandLine().getErr().flush();
    return outcome;
  }

  /// Whether the program answers again, soon after the attack.
  private static boolean isServing(String http) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + SERVING.toNanos();
    while (Plant.status(http) == null) {
      if (System.nanoTime() > deadlineNanos) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return true;
  }

  /// Makes the kernel forget the most memory that the process had so far.
  private static void forgetPeak(Program program) throws IOException {
    Files.writeString(Path.of("/proc/" + program.pid() + "/clear_refs"), "5");
  }

  private static String line(Outcome outcome) {
    return String.format(
        java.util.Locale.ROOT,
        "%-10s %-30s %12d %8d %6d %7.1f s %7d MB  %s",
        outcome.port,
        outcome.attack,
        outcome.connections,
        outcome.refused,
        outcome.open,
        outcome.seconds,
        outcome.peakRssBytes / 1_000_000,
        outcome.held ? "held" : "DID NOT HOLD");
  }

  private void report(List<Outcome> outcomes, Verdict verdict) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result = JsonWriter.string().object();
      result
          .value("rounds", outcomes.size())
          .value("faults", outcomes.stream().mapToLong(Outcome::connections).sum())
          .value("refused", outcomes.stream().mapToLong(Outcome::refused).sum())
          .value(
              "peakRssBytes", outcomes.stream().mapToLong(Outcome::peakRssBytes).max().orElse(0));
      verdict.write(result);
      result.array("attacks");
      for (Outcome outcome : outcomes) {
        result
            .object()
            .value("port", outcome.port)
            .value("attack", outcome.attack)
            .value("connections", outcome.connections)
            .value("refused", outcome.refused)
            .value("open", outcome.open)
            .value("seconds", outcome.seconds)
            .value("peakRssBytes", outcome.peakRssBytes)
            .value("serving", outcome.serving)
            .value("held", outcome.held)
            .end();
      }
      out.println(result.end().end().done());
    } else {
      out.printf(
          "%-10s %-30s %12s %8s %6s %9s %10s%n",
          "PORT", "ATTACK", "CONNECTIONS", "REFUSED", "OPEN", "TOOK", "PEAK RSS");
      outcomes.forEach(outcome -> out.println(line(outcome)));
      out.println(verdict.toJson());
    }
    out.flush();
  }
}
