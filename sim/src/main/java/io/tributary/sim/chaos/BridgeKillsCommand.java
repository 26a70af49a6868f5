package io.tributary.sim.chaos;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Mosquitto;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim bridge-kills`: a broker that is killed and started again while messages flow from it through a bridge.
@Command(
    name = "bridge-kills",
    description = {
      "Publishes numbers to a real Mosquitto that an edge is bridged to, while Mosquitto, or the edge, ends and starts again.",
      "Signal TERM: Mosquitto writes down what it has, so every acknowledged number must be at the hub, once and in order at",
      "QoS 2, at least once at QoS 1. Signal KILL: Mosquitto itself loses what it acknowledged, and goes back to an older",
      "state; then a witness between the two counts as the specification does, and whatever the bridge acknowledged must be",
      "at the hub, at QoS 2 no more often than the broker handed it over as a new message. Exit status 1 on any violation."
    },
    mixinStandardHelpOptions = true)
public final class BridgeKillsCommand implements Callable<Integer> {
  private static final String EDGE = "bridged-edge";
  private static final String TOPIC = "plant";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final Duration REST = Duration.ofSeconds(3);

  /// Longer than a bridge waits before it dials again.
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final int SHOWN = 5;

  private enum Signal {
    TERM,
    KILL
  }

  private enum Victim {
    BROKER,
    EDGE
  }

  @Option(
      names = "--clients",
      paramLabel = "C",
      split = ",",
      defaultValue = "paho,hivemq",
      description = "the bridge's library: paho, hivemq (default: ${DEFAULT-VALUE})")
  private List<String> clients = List.of();

  @Option(
      names = "--mqtt",
      paramLabel = "V",
      defaultValue = "5",
      description = "the bridge's version: 3.1.1 (paho only) or 5 (default: ${DEFAULT-VALUE})")
  private String mqttVersion = "";

  @Option(
      names = "--qos",
      paramLabel = "Q",
      split = ",",
      defaultValue = "1,2",
      description = "(default: ${DEFAULT-VALUE})")
  private List<Integer> levels = List.of();

  @Option(
      names = "--signals",
      paramLabel = "S",
      split = ",",
      defaultValue = "TERM,KILL",
      description = "what ends Mosquitto: TERM, KILL (default: ${DEFAULT-VALUE})")
  private List<Signal> signals = List.of();

  @Option(
      names = "--victims",
      paramLabel = "V",
      split = ",",
      defaultValue = "BROKER",
      description =
          "who ends, drawn each time: BROKER, EDGE (by SIGKILL) (default: ${DEFAULT-VALUE})")
  private List<Victim> victims = List.of();

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "5",
      description = "in each run (default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5000",
      description = "messages a second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--most-millis",
      paramLabel = "N",
      defaultValue = "4000",
      description = "how long all live between two kills at most (default: ${DEFAULT-VALUE})")
  private int mostMillis;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private final JsonArray results = new JsonArray();
  private int violationCount;

  private record Run(String client, int qos, Signal signal) {
    @Override
    public String toString() {
      return client + ", QoS " + qos + ", SIG" + signal;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (kills < 1 || mostMillis < 1 || rate <= 0 || !List.of(1, 2).containsAll(levels)) {
      err.println("sim bridge-kills: --kills, --rate and --most-millis are positive, --qos 1 or 2");
      return ExitStatus.USAGE;
    }
    if (!Mosquitto.isThere()) {
      err.println("sim bridge-kills: no mosquitto; install mosquitto");
      return ExitStatus.WORLD;
    }
    for (Signal signal : signals) {
      for (String client : clients) {
        for (int qos : levels) {
          Run run = new Run(client, qos, signal);
          try (Plant plant = new Plant("tributary-bridge-", List.of(EDGE))) {
            try {
              run(plant, run);
            } catch (IOException e) {
              plant.keep();
              err.println("sim bridge-kills: " + run + ", seed " + seed + ": " + e.getMessage());
              err.println("what the programs wrote is kept in " + plant.directory());
              return ExitStatus.WORLD;
            }
          } catch (IOException e) {
            err.println("sim bridge-kills: " + run + ", seed " + seed + ": " + e.getMessage());
            return ExitStatus.WORLD;
          }
        }
      }
    }
    if (json) {
      JsonObject all = new JsonObject();
      all.put("kills", kills);
      all.put("rate", rate);
      all.put("violations", violationCount);
      all.put("runs", results);
      spec.commandLine().getOut().println(JsonWriter.string(all));
      spec.commandLine().getOut().flush();
    }
    return violationCount == 0 ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private void run(Plant plant, Run run) throws IOException, InterruptedException {
    String brokerAddress = plant.freeAddress();
    Program broker =
        Mosquitto.of(
            plant,
            "mosquitto",
            brokerAddress,
            """
            persistence true
            persistence_location %s/
            autosave_interval 1
            max_queued_messages 0
            """
                .formatted(plant.directory()));
    broker.start();
    Mosquitto.awaitListening(broker, brokerAddress);
    String between = plant.freeAddress();
    Plant.Hub hub = plant.unstartedHub(HubPlan.of(plant, ""));
    hub.program().start();
    plant.awaitReady(hub);
    Plant.Edge edge =
        plant.unstartedEdge(
            EdgePlan.of(plant, EDGE, hub.mirror())
                .mapping("{filter: unused, topic: unused}")
                .more(bridge(between, run)));
    try (Witness witness =
        new Witness(between, Plant.address(brokerAddress), mqttVersion.equals("5") ? 5 : 4)) {
      edge.program().start();
      plant.awaitReady(edge);
      awaitReceiving(edge);
      Feeder feeder =
          new Feeder(Plant.address(brokerAddress), "feeder", TOPIC + "/n", run.qos, rate);
      Thread feeding = new Thread(feeder, "feeder");
      feeding.setDaemon(true);
      long began = System.nanoTime();
      feeding.start();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 1; i <= kills; i++) {
        LockSupport.parkNanos(
            TimeUnit.MILLISECONDS.toNanos(mostMillis / 4 + random.nextInt(mostMillis * 3 / 4)));
        Victim victim = victims.get(random.nextInt(victims.size()));
        end(victim == Victim.BROKER ? broker : edge.program(), victim, run.signal);
        if (victim == Victim.BROKER) {
          Mosquitto.awaitListening(broker, brokerAddress);
        } else {
          plant.awaitReady(edge);
        }
        awaitReceiving(edge);
        tell("%s: kill %d of %d: %,d acknowledged", run, i, kills, feeder.acknowledged());
      }
      feeder.stop();
      await("the broker's last acknowledgements", feeder::hasEnded);
      double seconds = (System.nanoTime() - began) / 1e9;
      long count = feeder.acknowledged();
      awaitQuiet(witness);
      judge(run, hub, witness, count, seconds);
    }
  }

  private static void end(Program program, Victim victim, Signal signal)
      throws IOException, InterruptedException {
    if (victim == Victim.BROKER && signal == Signal.TERM) {
      program.terminate();
    } else {
      program.kill();
    }
    program.start();
  }

  private String bridge(String address, Run run) {
    return """
      bridge:
        type: mqtt-bridge
        address: %s
        client: %s
        version: "%s"
        client-id: bridge
        subscriptions: [{filter: "%s/#", qos: %d}]
        mappings: [{filter: "%s/#", topic: %s, key: none}]
    """
        .formatted(address, run.client, mqttVersion, TOPIC, run.qos, TOPIC, TOPIC);
  }

  private static void awaitReceiving(Plant.Edge edge) throws IOException {
    try {
      await("the bridge's connection", () -> statusOf(edge).contains("receiving from"));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + ": " + statusOf(edge), e);
    }
  }

  private static String statusOf(Plant.Edge edge) {
    JsonObject status = Plant.status(edge.http());
    return status == null ? "no answer" : JsonWriter.string(status);
  }

  private static void await(String what, BooleanSupplier holds) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(what + " did not come");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /// What the broker still has for the bridge comes, until nothing moves any more.
  private static void awaitQuiet(Witness witness) {
    long passed = -1;
    long since = System.nanoTime();
    long quietNanos = 0;
    while (quietNanos < (witness.isIdle() ? REST : STANDSTILL).toNanos()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      long now = System.nanoTime();
      if (witness.passed() != passed) {
        passed = witness.passed();
        since = now;
      }
      quietNanos = now - since;
    }
  }

  private void judge(Run run, Plant.Hub hub, Witness witness, long count, double seconds) {
    Set<Long> expected = new HashSet<>();
    if (run.signal == Signal.TERM) {
      for (long number = 0; number < count; number++) {
        expected.add(number);
      }
    } else {
      expected.addAll(witness.acknowledged());
    }
    List<Long> came = HubNumbers.read(hub.kafka(), TOPIC, expected, QUIET);
    List<String> violations = new ArrayList<>();
    Map<Long, Integer> times = new HashMap<>();
    came.forEach(number -> times.merge(number, 1, Integer::sum));
    if (witness.unacknowledged() > 0) {
      violations.add(
          witness.unacknowledged() + " messages were not acknowledged, and nothing moves any more");
    }
    if (witness.uncompleted() > 0) {
      violations.add(witness.uncompleted() + " messages were released, and have no PUBCOMP");
    }
    for (long number : expected) {
      if (!times.containsKey(number)) {
        violations.add("number " + number + " was acknowledged and is not at the hub");
      }
    }
    if (run.qos == 2) {
      Map<Long, Integer> handedOver = witness.handedOverMost();
      times.forEach((number, often) -> {
        int most = run.signal == Signal.TERM ? 1 : handedOver.getOrDefault(number, 0);
        if (often > most) {
          violations.add(
              "number %d is at the hub %d times, and was handed over %d times at most"
                  .formatted(number, often, most));
        }
      });
    }
    if (run.signal == Signal.TERM) {
      long last = -1;
      for (long number : new LinkedHashSet<>(came)) {
        if (number < last) {
          violations.add("number " + number + " is behind " + last);
        }
        last = Math.max(last, number);
      }
    }
    report(run, witness, count, seconds, came.size(), times.size(), violations);
  }

  private void report(
      Run run,
      Witness witness,
      long count,
      double seconds,
      int atHub,
      int distinct,
      List<String> violations) {
    violationCount += violations.size();
    tell(
        "%s: %,d acknowledged by the broker in %.0f s, %,d by the bridge; %,d at the hub, %,d of them again; %,d repeats of the broker; %d violations",
        run,
        count,
        seconds,
        witness.acknowledged().size(),
        atHub,
        atHub - distinct,
        witness.repeats(),
        violations.size());
    violations.stream().limit(SHOWN).forEach(each -> tell("  %s", each));
    JsonObject result = new JsonObject();
    result.put("client", run.client);
    result.put("qos", run.qos);
    result.put("signal", run.signal.name());
    result.put("seconds", seconds);
    result.put("acknowledgedByBroker", count);
    result.put("acknowledgedByBridge", witness.acknowledged().size());
    result.put("atHub", atHub);
    result.put("again", atHub - distinct);
    result.put("repeatsOfBroker", witness.repeats());
    result.put("violations", new JsonArray(violations.stream().limit(SHOWN).toList()));
    results.add(result);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void tell(String format, Object... arguments) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(format + "%n", arguments);
    err.flush();
  }
}
