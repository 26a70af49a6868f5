package io.tributary.sim.plant;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.device.Pace;
import io.tributary.sim.device.Progress;
import io.tributary.sim.device.Publisher;
import io.tributary.sim.device.Trace;
import io.tributary.sim.link.LinkProxy;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sim trial`: a trace through real processes while they are killed and the link is cut.
@Command(
    name = "trial",
    description = {
      "Replays a trace over MQTT to an edge that mirrors to a hub, kills the edge twice and the hub",
      "once with SIGKILL, cuts the link twice, and compares what was acknowledged with what a Kafka",
      "client reads. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class TrialCommand implements Callable<Integer> {
  private static final String EDGE = "trial-edge";
  private static final String TOPIC = "trial";
  private static final String MQTT_TOPIC = "trial/trace";
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final long DOWN_MS = 500;
  private static final long CUT_MS = 1_500;

  @Parameters(paramLabel = "FILE", description = "a CSV (timestamp,value) or NMEA trace")
  private Path file = Path.of("");

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "rows per second (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--qos",
      paramLabel = "Q",
      defaultValue = "2",
      description = "1 or 2 (default: ${DEFAULT-VALUE})")
  private int qos;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "200",
      description = "publishes that may wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private int window;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the moments of the faults (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--layout",
      paramLabel = "L",
      defaultValue = "partitions",
      description = "partitions or per-edge (default: ${DEFAULT-VALUE})")
  private String layout = "";

  @Option(
      names = "--hold",
      description = "keep the hub running at the end until Enter, and say where it listens")
  private boolean hold;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Option(names = "--keep", description = "leave the scratch directory behind and say where it is")
  private boolean keep;

  @Spec private CommandSpec spec;

  private int kills;

  private record Fault(long atRow, String text, Deed deed) {}

  private interface Deed {
    void run() throws IOException, InterruptedException;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (qos < 1 || qos > 2 || rate < 1 || !List.of("partitions", "per-edge").contains(layout)) {
      err.println("sim trial: --qos is 1 or 2, --rate positive, --layout partitions or per-edge");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-trial-", List.of(EDGE))) {
      if (keep) {
        plant.keep();
        err.println("scratch directory: " + plant.directory());
      }
      Trace trace = Trace.read(file);
      Hub hub = plant.hub(layout.equals("per-edge") ? "topics: {trial: {layout: per-edge}}" : "");
      LinkProxy proxy =
          plant.closes(
              new LinkProxy(new InetSocketAddress("127.0.0.1", 0), Plant.address(hub.mirror())));
      Edge edge = plant.edge(EDGE, "127.0.0.1:" + proxy.port(), TOPIC, "");
      Path ledger = plant.directory().resolve("trial.ledger");
      long started = System.nanoTime();
      long reconnects = replay(plant, trace, hub, edge, proxy, ledger);
      double seconds = (System.nanoTime() - started) / 1e9;
      Verdict verdict = new Verdict(List.of(Ledger.read(ledger)));
      try (HubReader reader = new HubReader(hub.kafka(), TOPIC)) {
        reader.read(verdict, DRAIN);
      }
      report(trace, verdict, proxy, reconnects, seconds);
      if (hold) {
        err.println(
            "the hub's Kafka port is " + hub.kafka() + ", topic " + TOPIC + "; Enter ends it");
        while (System.in.read() > '\n') {
          // until the end of the line, or of the input
        }
      }
      boolean whole = verdict.acknowledged() == trace.rows().size();
      return verdict.holds() && whole ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim trial: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private long replay(Plant plant, Trace trace, Hub hub, Edge edge, LinkProxy proxy, Path ledger)
      throws IOException, MqttException, InterruptedException {
    Deque<Fault> faults = faults(trace.rows().size(), plant, hub, edge, proxy);
    try (Publisher publisher =
        new Publisher(
            edge.mqtt(),
            "trial",
            MQTT_TOPIC,
            qos,
            window,
            new Ledger.Recorder(ledger, MQTT_TOPIC, "trial", qos))) {
      Progress progress =
          new Progress(spec.commandLine().getErr(), "published", trace.rows().size());
      Pace pace = Pace.rate(rate);
      for (int i = 0; i < trace.rows().size(); i++) {
        if (!faults.isEmpty() && i >= faults.peek().atRow()) {
          inject(faults.remove(), i);
        }
        Trace.Row row = trace.rows().get(i);
        pace.await(row.timestampMs());
        publisher.publish(i, row.payload(i));
        progress.at(i + 1L);
      }
      while (!faults.isEmpty()) {
        inject(faults.remove(), trace.rows().size());
      }
      if (!publisher.settle(SETTLE)) {
        throw new IOException(
            "not everything was acknowledged within " + SETTLE.toSeconds() + " s");
      }
      progress.done();
      return publisher.reconnects();
    }
  }

  /// Each fault runs beside the replay, as in life.
  private void inject(Fault fault, int row) {
    spec.commandLine().getErr().println("row " + row + ": " + fault.text());
    spec.commandLine().getErr().flush();
    Thread.ofVirtual()
        .name("fault")
        .start(() -> {
          try {
            fault.deed().run();
          } catch (IOException e) {
            spec.commandLine().getErr().println("sim trial: " + e.getMessage());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private Deque<Fault> faults(int rows, Plant plant, Hub hub, Edge edge, LinkProxy proxy) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Fault> faults = new ArrayList<>();
    String[] texts = {
      "the edge is killed",
      "the link is cut",
      "the hub is killed",
      "the link is cut",
      "the edge is killed"
    };
    for (int i = 0; i < texts.length; i++) {
      // Each in its own sixth of the trace, so that none falls upon another.
      long at = (long) (rows * (i + 0.5 + random.nextDouble(0.8)) / 6);
      Deed deed =
          switch (texts[i]) {
            case "the edge is killed" ->
                () -> {
                  killAndRestart(edge.program());
                  plant.awaitReady(edge);
                };
            case "the hub is killed" -> () -> killAndRestart(hub.program());
            default ->
                () -> {
                  proxy.cut();
                  TimeUnit.MILLISECONDS.sleep(CUT_MS);
                  proxy.heal();
                };
          };
      faults.add(new Fault(at, texts[i], deed));
    }
    return new ArrayDeque<>(faults);
  }

  private synchronized void killAndRestart(Program program)
      throws IOException, InterruptedException {
    program.kill();
    kills++;
    TimeUnit.MILLISECONDS.sleep(DOWN_MS);
    program.start();
  }

  private void report(
      Trace trace, Verdict verdict, LinkProxy proxy, long reconnects, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("rows", trace.rows().size())
              .value("qos", qos)
              .value("layout", layout);
      verdict.write(result);
      out.println(
          result
              .value("kills", kills)
              .value("cuts", proxy.cuts())
              .value("mqttReconnects", reconnects)
              .value("seconds", seconds)
              .end()
              .done());
    } else {
      out.printf(
          "%d rows, %d acknowledged, %d read: %d missing, %d duplicated, %d disordered, %d altered,"
              + " %d resent; %d kills, %d cuts, %.1f s%n",
          trace.rows().size(),
          verdict.acknowledged(),
          verdict.read(),
          verdict.missing(),
          verdict.duplicated(),
          verdict.disordered(),
          verdict.altered(),
          verdict.resent(),
          kills,
          proxy.cuts(),
          seconds);
    }
    out.flush();
  }
}
