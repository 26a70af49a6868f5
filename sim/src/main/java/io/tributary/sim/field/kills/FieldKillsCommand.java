package io.tributary.sim.field.kills;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.source.Balance;
import io.tributary.sim.field.source.Source;
import io.tributary.sim.field.source.Sources;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim field-kills`: an edge with all its adapters that dies in the middle of everything.
@Command(
    name = "field-kills",
    description = {
      "An edge that takes in an MQTT publisher, serial lines, HTTP requests, files that are rotated, Modbus",
      "devices, pins, and sensors on I2C, SPI and 1-Wire, all at once, and mirrors to a hub, is killed",
      "(SIGKILL) again and again, and the hub now and then. Then a Kafka client reads the hub. Nothing that",
      "was acknowledged may be missing, no line of a file that was renamed, nothing of a line or a device",
      "but what was said while the edge was down; nothing may be there twice (save what an MQTT client of",
      "QoS 1 had to send again), behind what was said later, or that was never said. Exit status 1 on any",
      "violation. Needs socat."
    },
    mixinStandardHelpOptions = true)
public final class FieldKillsCommand implements Callable<Integer> {
  private static final int HUB_KILLED_EACH = 4;
  private static final String FORM = "%-15s%9s%14s%12s%7s%7s%7s%9s%7s%7s%12s%n";

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "of the edge (default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--most-millis",
      paramLabel = "N",
      defaultValue = "4000",
      description = "how long the edge lives between two kills at most (default: ${DEFAULT-VALUE})")
  private int mostMillis;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = "how often each source talks in a second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--sources",
      paramLabel = "NAME",
      split = ",",
      description = "which (default: all)")
  private List<String> words = Sources.words();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the moments, and of what the sources do (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Option(names = "--keep", description = "leave the scratch directory behind and say where it is")
  private boolean keep;

  @Spec private CommandSpec spec;

  private int hubKills;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    List<Sources> chosen;
    try {
      chosen = words.stream().map(Sources::of).toList();
    } catch (IllegalArgumentException e) {
      err.println("sim field-kills: " + e.getMessage());
      return ExitStatus.USAGE;
    }
    if (kills < 1 || mostMillis < 1 || !(rate > 0)) {
      err.println("sim field-kills: --kills, --most-millis and --rate are positive");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-field-kills-", List.of(KilledField.EDGE))) {
      if (keep) {
        plant.keep();
        err.println("scratch directory: " + plant.directory());
      }
      List<Source> sources = new ArrayList<>();
      for (Sources each : chosen) {
        sources.add(each.in(plant, new Sources.Manner(seed, rate)));
      }
      KilledField field = new KilledField(plant, sources);
      kill(field);
      KilledField.Outcome outcome = field.end();
      report(outcome);
      return outcome.holds() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      err.println("sim field-kills: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void kill(KilledField field) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 1; i <= kills; i++) {
      TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(mostMillis));
      boolean isHubToo = random.nextInt(HUB_KILLED_EACH) == 0;
      if (isHubToo) {
        field.killHub();
        hubKills++;
      }
      field.killEdge();
      if (!json) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
            "kill %d of %d%s: %,d said%n", i, kills, isHubToo ? ", the hub too" : "", field.said());
        err.flush();
      }
    }
    TimeUnit.MILLISECONDS.sleep(mostMillis);
  }

  private void report(KilledField.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("kills", kills)
              .value("hubKills", hubKills)
              .value("seed", seed)
              .array("sources");
      outcome.balances().forEach(each -> each.write(result));
      out.println(
          result.end().array("violations", new JsonArray(outcome.violations())).end().done());
      out.flush();
      return;
    }
    out.printf("%d kills of the edge, %d of the hub%n", kills, hubKills);
    out.printf(
        FORM,
        "",
        "said",
        "acknowledged",
        "at the hub",
        "again",
        "twice",
        "gone",
        "missing",
        "told",
        "wrong",
        "disordered");
    for (Balance each : outcome.balances()) {
      out.printf(
          FORM,
          each.name(),
          each.said(),
          each.acknowledged(),
          each.atHub(),
          each.again(),
          each.twice(),
          each.gone(),
          each.missing(),
          each.told(),
          each.wrong(),
          each.disordered());
    }
    out.println("again: sent again by MQTT at QoS 1");
    out.println("gone: said while the edge was down, or cut off with its file before it was read");
    out.println(
        "told: errors, which say that there was no value, and the states of pins at a start");
    outcome.violations().forEach(each -> out.println("  " + each));
    outcome.balances().forEach(each -> each.examples().forEach(what -> out.println("  " + what)));
    out.flush();
  }
}
