package io.tributary.sim.oracle;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim verify`: compares ledgers with what Kafka's own client reads.
@Command(
    name = "verify",
    description =
        "Compares what was acknowledged with what a Kafka client reads; exit status 1 if they differ.",
    mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
  @Option(
      names = "--ledger",
      paramLabel = "L",
      required = true,
      description = "a ledger of a device or of a fleet; may be given several times")
  private List<Path> ledgers = List.of();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9092",
      description = "the hub's Kafka port (default: ${DEFAULT-VALUE})")
  private String kafka = "";

  @Option(
      names = "--topic",
      paramLabel = "T",
      required = true,
      description = "the topic at the hub")
  private String topic = "";

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "how long to wait when nothing more comes (default: ${DEFAULT-VALUE})")
  private long patienceS;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      List<Ledger> read = new ArrayList<>();
      for (Path each : ledgers) {
        read.addAll(Ledger.readAll(each));
      }
      Verdict verdict = new Verdict(read);
      try (HubReader reader = new HubReader(kafka, topic)) {
        reader.read(verdict, Duration.ofSeconds(patienceS));
      }
      if (json) {
        out.println(verdict.toJson());
      } else {
        out.printf(
            "%d acknowledged, %d read: %d missing, %d duplicated, %d disordered, %d altered,"
                + " %d resent (QoS 1), %d unacknowledged%n",
            verdict.acknowledged(),
            verdict.read(),
            verdict.missing(),
            verdict.duplicated(),
            verdict.disordered(),
            verdict.altered(),
            verdict.resent(),
            verdict.unacknowledged());
      }
      return verdict.holds() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      spec.commandLine().getErr().println("sim verify: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }
}
