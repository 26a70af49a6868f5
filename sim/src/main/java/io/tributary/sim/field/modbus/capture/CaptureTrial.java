package io.tributary.sim.field.modbus.capture;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.TopicValues;
import io.tributary.sim.field.modbus.Stations;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sim modbus-capture`: captures of Modbus/TCP asked again by an edge, against the opinion of a script in another language.
@Command(
    name = "modbus-capture",
    description = {
      "Plays the servers of captures of Modbus/TCP (classic pcap files): an edge polls what the client",
      "in the capture asked, and each poll has the next captured answer. Every value that a Kafka",
      "client reads at the hub, and all counts, are compared with the opinion of a Python script.",
      "Without a file, a simulated capture. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class CaptureTrial implements Callable<Integer> {
  private static final String EDGE = "capture-edge";

  /// An answer that came too late would be lost to the comparison, and by nobody's fault: on a busy machine it may take long.
  private static final long TIMEOUT_MS = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REPLAY_MOST = Duration.ofMinutes(10);

  @Parameters(paramLabel = "FILE", description = "captures", arity = "0..*")
  private List<Path> files = List.of();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "502",
      description = "of the servers in the captures (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the simulated capture (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      boolean agree = true;
      for (Path file : files) {
        agree &= isAsTheScriptSays(file.getFileName().toString(), file, port);
      }
      if (files.isEmpty()) {
        Path simulated = Files.createTempFile("tributary-capture-", ".pcap");
        try {
          Files.write(simulated, SimulatedCapture.of(seed));
          agree = isAsTheScriptSays("simulated", simulated, SimulatedCapture.PORT);
        } finally {
          Files.delete(simulated);
        }
      }
      return agree ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException | JsonParserException e) {
      spec.commandLine().getErr().println("sim modbus-capture: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private boolean isAsTheScriptSays(String name, Path file, int serverPort)
      throws IOException, InterruptedException, JsonParserException {
    Capture capture = Capture.of(Pcap.read(file), serverPort);
    PollPlan plan = new PollPlan(capture.answers());
    try (Plant plant = new Plant("tributary-capture-", List.of(EDGE))) {
      Judge judge = new Judge(Opinion.of(file, serverPort, plant.directory()));
      judge.judge(capture.counts());
      judge.judge(plan, plan.answers().isEmpty() ? List.of() : replay(plant, plan, judge));
      tell(name, capture.counts(), plan, judge);
      return judge.isAsTheScriptSays();
    }
  }

  /// @return the readings at the hub, once the edge has had all answers
  private static List<String> replay(Plant plant, PollPlan plan, Judge judge)
      throws IOException, InterruptedException {
    Map<Endpoint, String> addresses = new HashMap<>();
    Map<InetSocketAddress, CapturedServer> servers = new LinkedHashMap<>();
    for (Endpoint each : plan.servers()) {
      String address = plant.freeAddress();
      addresses.put(each, address);
      servers.put(Plant.address(address), new CapturedServer(each, plan.answers()));
    }
    Closeable unused = plant.closes(Stations.tcp(servers));
    Hub hub = plant.hub("");
    Edge edge =
        plant.unstartedEdge(
            EdgePlan.of(plant, EDGE, hub.mirror())
                .mapping("{filter: \"#\", topic: other}")
                .more(plan.yaml(addresses, TIMEOUT_MS)));
    edge.program().start();
    plant.awaitReady(edge);
    edge.program()
        .awaitUntil(
            "through with the capture",
            REPLAY_MOST,
            () -> servers.values().stream().allMatch(CapturedServer::isUsedUp));
    long given = servers.values().stream().mapToLong(CapturedServer::end).sum();
    edge.program()
        .awaitUntil(
            "taking the last answer",
            PATIENCE,
            () -> count(edge, "answers") >= given && count(edge, "logged") >= plan.readings());
    for (String wrong : List.of("timeOuts", "foreign", "dropped", "impossible")) {
      if (count(edge, wrong) > 0) {
        judge.differ("the edge counts " + wrong + " " + count(edge, wrong));
      }
    }
    long strange = servers.values().stream().mapToLong(CapturedServer::strange).sum();
    if (strange > 0) {
      judge.differ("the edge has sent " + strange + " requests that are not in the capture");
    }
    return TopicValues.read(hub.kafka(), PollPlan.ADAPTER, count(edge, "logged"), PATIENCE);
  }

  private static long count(Edge edge, String name) {
    JsonObject counters = Plant.counters(edge.http(), PollPlan.ADAPTER);
    return counters == null ? 0 : counters.getLong(name);
  }

  private void tell(String name, Counts counts, PollPlan plan, Judge judge) {
    PrintWriter out = spec.commandLine().getOut();
    String functions =
        counts.functions().entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining(", "));
    out.printf(
        "%s: %d connections, %,d requests (by function %s), %,d responses, %,d matched, %d exceptions, %d unanswered,"
            + " %d unasked, %d malformed, %d cut; polled %d servers, %d devices, %,d points by %d requests: %,d readings"
            + " at the hub, %,d of them exceptions%s: %s%n",
        name,
        counts.get(Counts.CONNECTIONS),
        counts.get(Counts.REQUESTS),
        functions,
        counts.get(Counts.RESPONSES),
        counts.get(Counts.MATCHED),
        counts.get(Counts.EXCEPTIONS),
        counts.get(Counts.UNANSWERED),
        counts.get(Counts.UNASKED),
        counts.get(Counts.MALFORMED),
        counts.get(Counts.CUT),
        plan.servers().size(),
        plan.devices(),
        plan.points(),
        plan.answers().size(),
        judge.values(),
        judge.exceptions(),
        plan.leftOut().isEmpty() ? "" : ", " + plan.leftOut().size() + " reads left out",
        judge.verdict());
    out.flush();
  }
}
