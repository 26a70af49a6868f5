package io.tributary.sim.plant;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.link.LinkProxy;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `demo`: the whole of it on one machine, with a cut and a kill, judged at the end.
@Command(
    name = "demo",
    description = {
      "Starts a hub, three edges and their devices, each a process of its own; cuts one edge's link",
      "for a while, kills another edge with SIGKILL and starts it again, drains, and compares what the",
      "devices were acknowledged with what a Kafka client reads. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  private static final String TOPIC = "readings";
  private static final int EDGES = 3;
  private static final int CUT_EDGE = 0;
  private static final int KILLED_EDGE = 1;
  private static final Duration DRAIN = Duration.ofSeconds(60);

  /// When what happens, as a share of the whole time.
  private static final double CUT_AT = 0.2;

  private static final double KILL_AT = 0.4;
  private static final double START_AT = 0.5;
  private static final double HEAL_AT = 0.6;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "how long the devices publish (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "readings per second of each device (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(names = "--json", description = "no table; one JSON object as the last line")
  private boolean json;

  @Option(names = "--keep", description = "leave the scratch directory behind and say where it is")
  private boolean keep;

  @Spec private CommandSpec spec;

  private final List<Edge> edges = new ArrayList<>();
  private final List<Program> devices = new ArrayList<>();
  private final List<Path> ledgers = new ArrayList<>();
  private final Map<String, long[]> lastAcked = new LinkedHashMap<>();
  private int kills;
  private boolean tableShown;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (seconds < 5 || rate < 1) {
      err.println("demo: --seconds is at least 5, --rate at least 1");
      return ExitStatus.USAGE;
    }
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= EDGES; i++) {
      ids.add("edge-" + i);
    }
    try (Plant plant = new Plant("tributary-demo-", ids)) {
      if (keep) {
        plant.keep();
        err.println("scratch directory: " + plant.directory());
      }
      say("starting a hub, " + EDGES + " edges and " + EDGES + " devices");
      Hub hub = plant.hub("");
      LinkProxy proxy =
          plant.closes(
              new LinkProxy(new InetSocketAddress("127.0.0.1", 0), Plant.address(hub.mirror())));
      for (int i = 0; i < EDGES; i++) {
        String to = i == CUT_EDGE ? "127.0.0.1:" + proxy.port() : hub.mirror();
        edges.add(plant.unstartedEdge(ids.get(i), to, TOPIC, ""));
        edges.get(i).program().start();
      }
      for (Edge edge : edges) {
        plant.awaitReady(edge);
        startDevice(plant, edge);
      }
      publish(proxy);
      say("the devices stop; what is under way drains");
      for (Program device : devices) {
        if (!device.isAlive()) {
          throw new IOException(device.name() + " has ended before its time");
        }
        device.terminate();
      }
      return judge(hub, proxy);
    } catch (IOException | KafkaException e) {
      err.println("demo: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void startDevice(Plant plant, Edge edge) throws IOException, InterruptedException {
    Path ledger = plant.directory().resolve(edge.id() + ".ledger");
    ledgers.add(ledger);
    Program device =
        plant.program(
            edge.id() + "-device",
            Map.of(
                "TRIBUTARY_SIM_OPTS",
                "-XX:-UseParallelGC -XX:+UseSerialGC -Xmx96m -XX:TieredStopAtLevel=1"),
            "sim",
            "device",
            "--mqtt",
            edge.mqtt(),
            "--topic",
            "plant/" + edge.id() + "/temperature",
            "--rate",
            Integer.toString(rate),
            "--seed",
            Integer.toString(devices.size() + 1),
            "--ledger",
            ledger.toString());
    devices.add(device.start());
    device.awaitUntil("publishing", Plant.READY, () -> Files.exists(ledger));
  }

  /// The devices' time: the faults come when they are due, the table is drawn in between.
  private void publish(LinkProxy proxy) throws IOException, InterruptedException {
    Edge killed = edges.get(KILLED_EDGE);
    Edge cut = edges.get(CUT_EDGE);
    List<Story> story =
        new ArrayList<>(
            List.of(
                new Story(CUT_AT, "the link of " + cut.id() + " is cut", proxy::cut),
                new Story(
                    KILL_AT,
                    killed.id() + " is killed with SIGKILL",
                    () -> {
                      killed.program().kill();
                      kills++;
                    }),
                new Story(START_AT, killed.id() + " starts again", () -> killed.program().start()),
                new Story(HEAL_AT, "the link of " + cut.id() + " is back", proxy::heal)));
    long started = System.nanoTime();
    for (long tick = 0; tick < seconds * 4L; tick++) {
      long left = started + tick * 250_000_000L - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      while (!story.isEmpty() && tick >= story.get(0).at() * seconds * 4) {
        Story next = story.remove(0);
        say(next.text());
        next.deed().run();
      }
      if (!json && tick % 4 == 0) {
        table();
      }
    }
  }

  private record Story(double at, String text, Deed deed) {}

  private interface Deed {
    void run() throws IOException, InterruptedException;
  }

  private int judge(Hub hub, LinkProxy proxy) throws IOException {
    List<Ledger> read = new ArrayList<>();
    for (Path ledger : ledgers) {
      read.add(Ledger.read(ledger));
    }
    Verdict verdict = new Verdict(read);
    try (HubReader reader = new HubReader(hub.kafka(), TOPIC)) {
      reader.read(verdict, DRAIN);
    }
    if (!json) {
      table();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result = JsonWriter.string().object();
      verdict.write(result);
      result
          .value("kills", kills)
          .value("cuts", proxy.cuts())
          .value("edges", EDGES)
          .value("seconds", seconds);
      out.println(result.end().done());
    } else {
      out.printf(
          "%d readings acknowledged, %d read by a Kafka client: %d missing, %d duplicated,"
              + " %d disordered; %d kill, %d cut%n%s%n",
          verdict.acknowledged(),
          verdict.read(),
          verdict.missing(),
          verdict.duplicated(),
          verdict.disordered(),
          kills,
          proxy.cuts(),
          verdict.holds() ? "Every acknowledged reading is there, once and in order." : "BROKEN");
    }
    out.flush();
    return verdict.holds() && verdict.acknowledged() > 0 && kills > 0 && proxy.cuts() > 0
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private void say(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
    tableShown = false;
  }

  /// One line an edge; drawn over the last one on a terminal.
  @SuppressWarnings("SystemConsoleNull") // null on 25 where there is no terminal
  private void table() {
    PrintWriter out = spec.commandLine().getOut();
    if (tableShown && System.console() != null) {
      out.print("\u001b[" + (EDGES + 1) + "A");
    }
    tableShown = true;
    out.printf(
        "%-8s %-12s %10s %12s %12s %8s%n", "EDGE", "LINK", "RATE/S", "LOG END", "ACKED", "LAG");
    for (Edge edge : edges) {
      JsonObject status = Plant.status(edge.http());
      if (status == null) {
        out.printf("%-8s %-12s %10s %12s %12s %8s%n", edge.id(), "down", "-", "-", "-", "-");
        continue;
      }
      long end = 0;
      long acked = 0;
      for (Object each : status.getArray("streams", new JsonArray())) {
        end += ((JsonObject) each).getLong("end");
        acked += ((JsonObject) each).getLong("acked");
      }
      out.printf(
          "%-8s %-12s %10d %12d %12d %8d%n",
          edge.id(),
          status.getObject("connection").getString("state"),
          rateOf(edge.id(), end),
          end,
          acked,
          end - acked);
    }
    out.flush();
  }

  private long rateOf(String id, long end) {
    long now = System.nanoTime();
    long[] last = lastAcked.put(id, new long[] {end, now});
    return last == null || end < last[0] ? 0 : Math.round((end - last[0]) * 1e9 / (now - last[1]));
  }
}
