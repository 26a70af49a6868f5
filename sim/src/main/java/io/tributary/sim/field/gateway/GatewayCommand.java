package io.tributary.sim.field.gateway;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.settings.SettingsRefused;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.gateway.GatewayFile.Adapter;
import io.tributary.sim.plant.Launcher;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim gateway`: the gateway of `examples/gateway.yaml`, with all that stands around it.
///
/// ```
///  Floor: devices, files, orders ═▶ edge (examples/gateway.yaml) ═▶ hub ─▶ Arrivals: kafka-clients
/// ```
@Command(
    name = "gateway",
    description = {
      "Starts a hub, the edge of examples/gateway.yaml with every adapter that there is, and a simulated",
      "device for each; shows what a Kafka client reads of each of them at the hub, until Ctrl-C. Needs",
      "socat. Exit status 1 when there is an adapter of which nothing good has come after a minute."
    },
    mixinStandardHelpOptions = true)
public final class GatewayCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String FORM = "%-12s %-10s %-24s %9s %7s  %s%n";
  private static final int NEWEST_CHARACTERS = 60;
  private static final String KAFKA = "127.0.0.1:9092";
  private static final String HUB_HTTP = "127.0.0.1:8080";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "how long it goes on when all adapters have been heard of (default: until Ctrl-C)")
  private int seconds;

  @Option(
      names = "--any-ports",
      description = "instead of the file's ports, some that are free; the table is headed by them")
  private boolean anyPorts;

  @Option(names = "--picture", description = "starts nothing and prints its picture, as Markdown")
  private boolean picture;

  @Option(names = "--json", description = "no table; one JSON object as the last line")
  private boolean json;

  @Option(names = "--keep", description = "leave the scratch directory behind and say where it is")
  private boolean keep;

  @Spec private CommandSpec spec;

  private boolean tableShown;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      GatewayFile file =
          GatewayFile.of(Path.of(Launcher.path()).resolveSibling("examples/gateway.yaml"));
      if (picture) {
        spec.commandLine().getOut().print(GatewayPicture.markdown(file));
        spec.commandLine().getOut().flush();
        return ExitStatus.DONE;
      }
      try (Plant plant = new Plant("tributary-gateway-", List.of())) {
        if (keep) {
          plant.keep();
        }
        return run(plant, anyPorts ? file.at(plant::freeAddress) : file);
      }
    } catch (IOException | KafkaException | SettingsRefused e) {
      err.println("sim gateway: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private int run(Plant plant, GatewayFile gateway) throws IOException, InterruptedException {
    String kafka = anyPorts ? plant.freeAddress() : KAFKA;
    String hubHttp = anyPorts ? plant.freeAddress() : HUB_HTTP;
    Program hub =
        plant.program(
            "hub",
            Map.of(),
            "hub",
            "start",
            "--data-dir",
            plant.directory().resolve("hub").toString(),
            "--mirror",
            gateway.hub(),
            "--kafka",
            kafka,
            "--http",
            hubHttp);
    hub.start();
    Path config = Files.writeString(plant.directory().resolve("gateway.yaml"), gateway.text());
    Floor floor = plant.closes(new Floor(plant, gateway, plant.directory()));
    hub.awaitUntil("ready", Plant.READY, () -> Plant.status(hubHttp) != null);
    Program edge = plant.program("edge", Map.of(), "edge", "start", "--config", config.toString());
    edge.start();
    edge.awaitUntil(
        "ready",
        Plant.READY,
        () -> Plant.isWell(gateway.http()) && Plant.listens(Plant.address(gateway.place("mqtt"))));
    floor.edgeIsReady();
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "The edge and its devices lie in %s. Look on with%n  ./tributary edge status --http %s%n"
            + "  ./tributary consume --kafka %s -B plant%n",
        plant.directory(), gateway.http(), kafka);
    err.flush();
    TreeSet<String> topics = new TreeSet<>();
    gateway.adapters().forEach(each -> topics.addAll(each.topics()));
    try (Arrivals arrivals = new Arrivals(kafka, topics)) {
      watch(gateway, floor, arrivals);
      return report(gateway, floor, arrivals);
    }
  }

  /// Until all have been heard of, and for as long as is wanted behind that.
  private void watch(GatewayFile gateway, Floor floor, Arrivals arrivals) throws IOException {
    long beginNanos = System.nanoTime();
    long endNanos = beginNanos + PATIENCE.toNanos();
    boolean areAllHeard = false;
    boolean isEndless = seconds == 0;
    for (long second = 0; isEndless || System.nanoTime() - endNanos < 0; second++) {
      floor.second();
      long nextNanos = beginNanos + TimeUnit.SECONDS.toNanos(second + 1);
      for (long left = 1; left > 0; left = nextNanos - System.nanoTime()) {
        arrivals.read(Duration.ofNanos(Math.max(left, 1)));
      }
      if (!areAllHeard && silent(gateway, arrivals).isEmpty()) {
        areAllHeard = true;
        endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      }
      if (!json) {
        table(gateway, floor, arrivals);
      }
    }
  }

  /// The adapters of which nothing good has come yet.
  private static List<String> silent(GatewayFile gateway, Arrivals arrivals) {
    return gateway.adapters().stream()
        .map(Adapter::name)
        .filter(name -> arrivals.of(name).newest().isEmpty())
        .toList();
  }

  private int report(GatewayFile gateway, Floor floor, Arrivals arrivals) {
    List<String> silent = silent(gateway, arrivals);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result = JsonWriter.string().object().array("adapters");
      for (Adapter each : gateway.adapters()) {
        Arrivals.Arrived arrived = arrivals.of(each.name());
        result
            .object()
            .value("name", each.name())
            .value("type", each.type())
            .value("readings", arrived.readings())
            .value("errors", arrived.errors())
            .value("newest", arrived.newest())
            .end();
      }
      result
          .end()
          .value("orders", floor.orders())
          .value("answered", arrivals.answered())
          .value("carriedOut", arrivals.carriedOut())
          .array("silent", silent);
      out.println(result.end().done());
    } else if (!silent.isEmpty()) {
      out.println("nothing good has come of " + String.join(", ", silent));
    }
    out.flush();
    return silent.isEmpty() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  /// One line an adapter; drawn over the last one on a terminal.
  @SuppressWarnings("SystemConsoleNull") // null on 25 where there is no terminal
  private void table(GatewayFile gateway, Floor floor, Arrivals arrivals) {
    PrintWriter out = spec.commandLine().getOut();
    if (tableShown && System.console() != null) {
      out.print("\u001b[" + (gateway.adapters().size() + 2) + "A\u001b[J");
    }
    tableShown = true;
    out.printf(FORM, "ADAPTER", "TYPE", "TOPIC", "READINGS", "ERRORS", "NEWEST");
    for (Adapter each : gateway.adapters()) {
      Arrivals.Arrived arrived = arrivals.of(each.name());
      out.printf(
          FORM,
          each.name(),
          each.type(),
          shortened(String.join(",", each.topics()), 24),
          arrived.readings(),
          arrived.errors(),
          shortened(arrived.newest(), NEWEST_CHARACTERS));
    }
    out.printf(
        "%d orders to the PLC and the pump, %d answered, %d carried out%n",
        floor.orders(), arrivals.answered(), arrivals.carriedOut());
    out.flush();
  }

  private static String shortened(String text, int characters) {
    return text.length() <= characters ? text : text.substring(0, characters - 1) + "…";
  }
}
