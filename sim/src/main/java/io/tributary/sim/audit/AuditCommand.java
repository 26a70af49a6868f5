package io.tributary.sim.audit;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim audit`: a hub's files are damaged, and its audit must say exactly where.
@Command(
    name = "audit",
    description = {
      "Starts a hub and an edge, and in each round damages the stopped hub's files as the seed says: bits",
      "flipped in batches, whole batches removed, both, or nothing. `hub audit`, plain and deep, must",
      "name exactly the offsets that were hit, and prove the rest; after the scrub, what was flipped is",
      "healed from the edge, and what was removed is told once in _gaps. At last a whole file of each topic",
      "is deleted, and must come back from the edge. Exit status 1 when it differs."
    },
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
  private static final int READINGS_MOST = 100_000;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "8",
      description = "(default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--readings",
      paramLabel = "N",
      defaultValue = "1000",
      description = "for each of the two topics in a round (default: ${DEFAULT-VALUE})")
  private int readings;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "says what is damaged (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (rounds < 1 || readings < 1 || readings > READINGS_MOST) {
      err.println("sim audit: --rounds is positive, --readings between 1 and " + READINGS_MOST);
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-audit-", List.of(AuditTrial.EDGE));
        AuditTrial trial = new AuditTrial(plant, seed, this::say)) {
      for (int round = 1; round <= rounds; round++) {
        trial.round(round, readings, round > rounds / 2);
      }
      trial.loseFiles();
      Verdict verdict = trial.verdict();
      Findings findings = trial.findings();
      report(findings, verdict, trial.removedReadings());
      return verdict.holds() && findings.differences() == 0
          ? ExitStatus.DONE
          : ExitStatus.CHECK_FAILED;
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim audit: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void say(String text) {
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }

  private void report(Findings findings, Verdict verdict, long removedReadings) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("rounds", findings.rounds())
              .value("seed", seed)
              .value("readings", verdict.acknowledged() + removedReadings)
              .value("faults", findings.flips() + findings.removals() + findings.files())
              .value("flips", findings.flips())
              .value("removals", findings.removals())
              .value("files", findings.files())
              .value("controls", findings.controls())
              .value("missing", verdict.missing())
              .value("duplicated", verdict.duplicated())
              .value("disordered", verdict.disordered())
              .value("altered", verdict.altered())
              .value("droppedWithGap", removedReadings)
              .value("audits", findings.audits())
              .value("named", findings.named())
              .value("proven", findings.proven())
              .value("recordsCompared", findings.recordsCompared())
              .value("healed", findings.healed())
              .value("differences", findings.differences());
      result.array("wrong", findings.wrong());
      out.println(result.end().done());
    } else {
      out.printf(
          "%d rounds, %d audits: %d batches healed, %d batches removed and told in _gaps, %d files deleted%n"
              + "%d ranges named exactly, %d times a whole stream proven, %d differences%n"
              + "%d readings acknowledged: %d missing, %d duplicated, %d disordered, %d under a Gap%n",
          findings.rounds(),
          findings.audits(),
          findings.healed(),
          findings.removals(),
          findings.files(),
          findings.named(),
          findings.proven(),
          findings.differences(),
          verdict.acknowledged() + removedReadings,
          verdict.missing(),
          verdict.duplicated(),
          verdict.disordered(),
          removedReadings);
      findings.wrong().forEach(out::println);
    }
    out.flush();
  }
}
