package io.tributary.sim.guests;

import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim smartmodule-hostile`: guests that loop, grow, lie and point outside their memory, each for itself, then ten thousand
/// instances of them, then in a node with live traffic.
@Command(
    name = "smartmodule-hostile",
    mixinStandardHelpOptions = true,
    description = {
      "Hostile SmartModules: each is refused or stopped within its budget; ten thousand instances leave nothing behind; and beside"
          + " them in a running edge another topic is acknowledged as before.",
      ""
    },
    footer = {"", "Exit status: 0 all of that held, 1 it did not, 2 wrong usage, 3 the world."})
public final class HostileGuestsTrial implements Callable<Integer> {
  private static final String EDGE = "hostile-guests";

  /// How much later than its budget a guest may be stopped.
  private static final double LATE_MS = 100;

  /// By how much the 99th percentile of the other topic may move.
  private static final double P99_FACTOR = 2;

  /// What may be left behind.
  private static final double LEFT_SHARE = 0.05;

  private static final double MEGA = 1e6;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many are made and dropped. Default: ${DEFAULT-VALUE}.")
  private int instances;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Of quiet and of hostile traffic, one after the other. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", description = "One JSON object as the last line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (instances < 1 || rounds < 1) {
      err.println("sim smartmodule-hostile: --instances and --rounds are at least 1");
      return ExitStatus.USAGE;
    }
    try {
      List<Path> guests = guests();
      HostileGuests alone = new HostileGuests(guests, err);
      List<HostileGuests.Outcome> outcomes = alone.tryEach();
      HostileGuests.Left left = alone.instances(instances);
      List<Path> running =
          outcomes.stream()
              .filter(outcome -> outcome.isCall())
              .map(HostileGuests.Outcome::guest)
              .toList();
      LiveEdge.Latencies latencies;
      try (Plant plant = new Plant("tributary-hostile-guests-", List.of(EDGE))) {
        latencies = new LiveEdge(plant, EDGE, running, err).run(rounds);
      }
      return judge(outcomes, left, latencies);
    } catch (IOException | MqttException e) {
      err.println("sim smartmodule-hostile: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private static List<Path> guests() throws IOException {
    try (Stream<Path> files = Files.list(SampleGuest.directory().resolve("hostile"))) {
      return files.filter(file -> file.toString().endsWith(".wasm")).sorted().toList();
    }
  }

  private int judge(
      List<HostileGuests.Outcome> outcomes, HostileGuests.Left left, LiveEdge.Latencies latencies) {
    double latest = outcomes.stream().mapToDouble(HostileGuests.Outcome::lateMs).max().orElse(0);
    boolean isStopped =
        latest <= LATE_MS && outcomes.stream().noneMatch(HostileGuests.Outcome::wasNotStopped);
    boolean isClean =
        left.heapShare() <= LEFT_SHARE
            && left.metaspaceShare() <= LEFT_SHARE
            && left.threadsMore() <= 0;
    boolean isUndisturbed =
        latencies.factor() <= P99_FACTOR && latencies.deadLetters() == latencies.hostile();
    boolean isWell = isStopped && isClean && isUndisturbed;
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(outcomes, latest, left, latencies, isWell));
    } else {
      out.printf(
          "%d guests: %d refused when they are loaded, %d stopped at their start, %d in a call; at most %.0f ms behind the budget%n",
          outcomes.size(), atLoad(outcomes), atStart(outcomes), inACall(outcomes), latest);
      out.printf(
          "%,d instances: heap %.1f MB before, %.1f MB after; metaspace %.2f MB, %.2f MB; threads %d, %d%n",
          left.made(),
          left.heapBefore() / MEGA,
          left.heapAfter() / MEGA,
          left.metaspaceBefore() / MEGA,
          left.metaspaceAfter() / MEGA,
          left.threadsBefore(),
          left.threadsAfter());
      out.printf(
          "acknowledged in another topic: p99 %.1f ms, beside hostile guests %.1f ms, factor %.2f; %,d hostile readings, %,d dead letters%n",
          latencies.p99Quiet(),
          latencies.p99Beside(),
          latencies.factor(),
          latencies.hostile(),
          latencies.deadLetters());
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (!isStopped) {
      err.println("a guest was not stopped in time");
    }
    if (!isClean) {
      err.println("more is left behind than 5 %");
    }
    if (!isUndisturbed) {
      err.println("the other topic was disturbed, or a reading has no dead letter");
    }
    err.flush();
    return isWell ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private static long atLoad(List<HostileGuests.Outcome> outcomes) {
    return outcomes.stream().filter(outcome -> !outcome.isStart() && !outcome.isCall()).count();
  }

  private static long atStart(List<HostileGuests.Outcome> outcomes) {
    return outcomes.stream().filter(HostileGuests.Outcome::isStart).count();
  }

  private static long inACall(List<HostileGuests.Outcome> outcomes) {
    return outcomes.stream().filter(HostileGuests.Outcome::isCall).count();
  }

  /// With the keys that the trials of a promise have in common: `rounds`, `acknowledged`, `faults`, `missing`.
  private String json(
      List<HostileGuests.Outcome> outcomes,
      double latest,
      HostileGuests.Left left,
      LiveEdge.Latencies latencies,
      boolean isWell) {
    return JsonWriter.string()
        .object()
        .value("trial", "smartmodule-hostile")
        .value("rounds", rounds)
        .value("acknowledged", latencies.quietCount() + latencies.besideCount())
        .value("faults", outcomes.size() + latencies.hostile())
        .value("missing", latencies.hostile() - latencies.deadLetters())
        .value("guests", outcomes.size())
        .value("refusedAtLoad", atLoad(outcomes))
        .value("stoppedAtStart", atStart(outcomes))
        .value("stoppedInACall", inACall(outcomes))
        .value("latestStopMsBehindBudget", latest)
        .object("instances")
        .value("made", left.made())
        .value("heapBeforeBytes", left.heapBefore())
        .value("heapAfterBytes", left.heapAfter())
        .value("metaspaceBeforeBytes", left.metaspaceBefore())
        .value("metaspaceAfterBytes", left.metaspaceAfter())
        .value("threadsBefore", left.threadsBefore())
        .value("threadsAfter", left.threadsAfter())
        .end()
        .object("edge")
        .value("acknowledgedQuiet", latencies.quietCount())
        .value("acknowledgedBesideHostile", latencies.besideCount())
        .value("p50QuietMs", latencies.p50Quiet())
        .value("p50BesideMs", latencies.p50Beside())
        .value("p99QuietMs", latencies.p99Quiet())
        .value("p99BesideMs", latencies.p99Beside())
        .value("p99Factor", latencies.factor())
        .value("hostileReadings", latencies.hostile())
        .value("deadLetters", latencies.deadLetters())
        .end()
        .value("held", isWell)
        .end()
        .done();
  }
}
