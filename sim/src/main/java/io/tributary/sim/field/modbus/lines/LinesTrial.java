package io.tributary.sim.field.modbus.lines;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.TerminalPair;
import io.tributary.sim.field.TopicValues;
import io.tributary.sim.field.modbus.Slave;
import io.tributary.sim.field.modbus.Stations;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim modbus-lines`: many devices on one serial line and by TCP, a tenth of them dead, and whether the living keep their intervals.
@Command(
    name = "modbus-lines",
    description = {
      "Has an edge poll devices on one serial line (a pseudo-terminal; needs socat) and devices by TCP,",
      "a tenth of each dead: silent on the line; of those by TCP some do not listen, and some accept and",
      "say nothing. A Kafka client reads at the hub whether the living keep their intervals, and what is",
      "said of the dead. Exit status 1 when a living device missed an interval."
    },
    mixinStandardHelpOptions = true)
public final class LinesTrial implements Callable<Integer> {
  private static final String EDGE = "lines-edge";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What was read last is at the hub before the edge is ended.
  private static final long DRAIN_SECONDS = 2;

  private static final int UNITS_MOST = 247;
  private static final int ADDRESSES_MOST = 1_000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "how long is judged (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--rtu",
      paramLabel = "N",
      defaultValue = "32",
      description = "devices on the serial line, 2 to 247 (default: ${DEFAULT-VALUE})")
  private int rtuDevices;

  @Option(
      names = "--baud",
      paramLabel = "N",
      defaultValue = "115200",
      description = "of the serial line (default: ${DEFAULT-VALUE})")
  private int baud;

  @Option(
      names = "--rtu-interval",
      paramLabel = "MS",
      defaultValue = "2000",
      description = "of each device on the serial line (default: ${DEFAULT-VALUE})")
  private int rtuIntervalMs;

  @Option(
      names = "--tcp",
      paramLabel = "N",
      defaultValue = "100",
      description = "devices by TCP, each at an address of its own (default: ${DEFAULT-VALUE})")
  private int tcpDevices;

  @Option(
      names = "--tcp-interval",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "of each device by TCP (default: ${DEFAULT-VALUE})")
  private int tcpIntervalMs;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Population rtu = new Population("rtu", rtuDevices, rtuIntervalMs);
    Population tcp = new Population("tcp", tcpDevices, tcpIntervalMs);
    String wrong = wrong(rtu);
    if (!wrong.isEmpty()) {
      err.println("sim modbus-lines: " + wrong);
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-lines-", List.of(EDGE))) {
      Hub hub = plant.hub("");
      Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, EDGE, hub.mirror())
                  .mapping("{filter: \"#\", topic: other}")
                  .more(line(plant, rtu))
                  .more(addresses(plant, tcp)));
      edge.program().start();
      awaitRead(edge, List.of(rtu, tcp));
      long beginMs = System.currentTimeMillis();
      long skippedBefore = skipped(edge, rtu) + skipped(edge, tcp);
      TimeUnit.SECONDS.sleep(seconds);
      long endMs = System.currentTimeMillis();
      TimeUnit.SECONDS.sleep(DRAIN_SECONDS);
      long skipped = skipped(edge, rtu) + skipped(edge, tcp) - skippedBefore;
      List<Rhythm> rhythms = new ArrayList<>();
      List<Long> logged = List.of(count(edge, rtu, "logged"), count(edge, tcp, "logged"));
      TimeUnit.SECONDS.sleep(DRAIN_SECONDS);
      int status = edge.program().terminate();
      for (Population each : List.of(rtu, tcp)) {
        long least = logged.get(rhythms.size());
        rhythms.add(
            new Rhythm(
                each,
                TopicValues.readTimed(hub.kafka(), each.adapter(), least, PATIENCE),
                beginMs,
                endMs));
      }
      tell(rtu, rhythms, skipped);
      boolean isKept = rhythms.stream().allMatch(each -> each.violations().isEmpty());
      if (status != 128 + 15) {
        err.println("the edge ended with status " + status);
      }
      return isKept && skipped == 0 ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException | JsonParserException e) {
      err.println("sim modbus-lines: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  /// An edge that starts loads its classes, and what it asks meanwhile may be late by more than an interval: the time that is judged begins
  /// when as many answers have come on each line as devices live there.
  private static void awaitRead(Edge edge, List<Population> populations)
      throws IOException, InterruptedException {
    edge.program()
        .awaitUntil(
            "reading all that live",
            PATIENCE,
            () ->
                populations.stream()
                    .allMatch(each -> count(edge, each, "answers") >= each.living()));
  }

  private static long skipped(Edge edge, Population population) {
    return count(edge, population, "skipped");
  }

  private String wrong(Population rtu) {
    if (seconds < 1 || rtuDevices < 2 || rtuDevices > UNITS_MOST) {
      return "--seconds must be at least 1, and --rtu 2 to " + UNITS_MOST;
    }
    if (tcpDevices < 2 || tcpDevices > ADDRESSES_MOST) {
      return "--tcp must be 2 to " + ADDRESSES_MOST;
    }
    if (baud < 50 || rtuIntervalMs < 10 || tcpIntervalMs < 10) {
      return "--baud must be at least 50, and the intervals 10 ms";
    }
    double load = LinePlan.load(rtu, baud);
    return load < 1
        ? ""
        : "%d devices need %.0f %% of %d ms at %d baud: no line can carry that"
            .formatted(rtu.living(), 100 * load, rtuIntervalMs, baud);
  }

  /// Plugs the serial line in.
  ///
  /// @return its section
  private String line(Plant plant, Population rtu) throws IOException, InterruptedException {
    TerminalPair line = new TerminalPair(plant.directory().resolve("line"));
    Closeable unused = plant.closes(Stations.rtu(line, new CountingSlave(rtu.dead()), baud));
    // Terminals know no parity.
    String place = "port: %s, baud: %d, parity: none".formatted(line.port(), baud);
    return LinePlan.yaml(rtu, place, number -> "", number -> number);
  }

  /// Listens at the addresses, but not at every second of the dead.
  ///
  /// @return their section
  private static String addresses(Plant plant, Population tcp) throws IOException {
    Set<Integer> dead = tcp.dead();
    Slave living = new CountingSlave(Set.of());
    Map<InetSocketAddress, Slave> slaves = new LinkedHashMap<>();
    List<String> addresses = new ArrayList<>();
    boolean listens = true;
    for (int number = 1; number <= tcp.devices(); number++) {
      String address = plant.freeAddress();
      addresses.add(address);
      if (!dead.contains(number)) {
        slaves.put(Plant.address(address), living);
        continue;
      }
      listens = !listens;
      if (listens) {
        slaves.put(Plant.address(address), (unit, pdu) -> null);
      }
    }
    Closeable unused = plant.closes(Stations.tcp(slaves));
    return LinePlan.yaml(tcp, "", number -> addresses.get(number - 1), number -> 1);
  }

  private static long count(Edge edge, Population population, String name) {
    JsonObject counters = Plant.counters(edge.http(), population.adapter());
    return counters == null ? 0 : counters.getLong(name);
  }

  private void tell(Population rtu, List<Rhythm> rhythms, long skipped) {
    PrintWriter out = spec.commandLine().getOut();
    double load = LinePlan.load(rtu, baud);
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("seconds", seconds)
              .value("baud", baud)
              .value("lineLoad", load)
              .value("skipped", skipped)
              .array("lines");
      rhythms.forEach(each -> each.write(result));
      out.println(result.end().end().done());
      out.flush();
      return;
    }
    out.printf(
        "%d s; the living take %.0f %% of the serial line at %d baud; polls left out: %d%n",
        seconds, 100 * load, baud, skipped);
    out.println(Rhythm.heading());
    rhythms.forEach(each -> out.println(each.row()));
    rhythms.forEach(each -> {
      each.reasons().forEach(reason -> out.println("  of the dead: " + reason));
      each.violations().forEach(violation -> out.println("  MISSED: " + violation));
    });
    out.flush();
  }
}
