package io.tributary.sim.guests;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim pipeline-kills`: the hub is killed again and again while stateful pipelines work on what a producer writes; what they have
/// written is compared, byte for byte, with what they write undisturbed.
@Command(
    name = "pipeline-kills",
    mixinStandardHelpOptions = true,
    description = {
      "Kills a hub (SIGKILL) while stateful pipelines work: running sums, a deadband, repetitions, windows. Their topics, and those of"
          + " dead letters, must hold the same records as in an undisturbed run: offsets, keys, values, headers, timestamps.",
      ""
    },
    footer = {"", "Exit status: 0 they do, 1 they do not, 2 wrong usage, 3 the world."})
public final class PipelineKillsTrial implements Callable<Integer> {
  private static final int PARTITIONS = 2;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "How often the hub is killed. Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "400000",
      description = "How many records the producer writes meanwhile. Default: ${DEFAULT-VALUE}.")
  private int records;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the records, and of the moments of the kills. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "One JSON object as the last line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (kills < 1 || records < kills) {
      err.println("sim pipeline-kills: --kills is at least 1, --records at least as many");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-pipeline-kills-", List.of())) {
      List<TopicDigest> killed = run(plant, "killed", kills, err);
      List<TopicDigest> undisturbed = run(plant, "undisturbed", 0, err);
      boolean isSame = killed.equals(undisturbed);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(json(killed, undisturbed, isSame));
      } else {
        out.printf(
            "%,d records in %d partitions of derived topics after %d kills: %s%n",
            killed.stream().mapToLong(TopicDigest::records).sum(),
            killed.size(),
            kills,
            isSame ? "the same as undisturbed, byte for byte" : "NOT the same as undisturbed");
      }
      out.flush();
      return isSame ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      err.println("sim pipeline-kills: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private String json(List<TopicDigest> killed, List<TopicDigest> undisturbed, boolean isSame) {
    JsonStringWriter result =
        JsonWriter.string().object().value("trial", "pipeline-kills").value("kills", kills);
    result.value("records", records).value("same", isSame).array("partitions");
    for (int i = 0; i < killed.size(); i++) {
      TopicDigest one = killed.get(i);
      result
          .object()
          .value("topic", one.topic())
          .value("partition", one.partition())
          .value("records", one.records())
          .value("sha256", one.sha256())
          .value("undisturbed", undisturbed.get(i).sha256())
          .end();
    }
    return result.end().end().done();
  }

  private List<TopicDigest> run(Plant plant, String name, int times, PrintWriter err)
      throws IOException, InterruptedException {
    Path data = plant.directory().resolve(name);
    Hub hub = plant.unstartedHub(HubPlan.of(plant, PipelinesUnderTest.yaml(PARTITIONS)).in(data));
    hub.program().start();
    plant.awaitReady(hub);
    try (PipelinesUnderTest pipelines =
        new PipelinesUnderTest(hub.kafka(), PARTITIONS, records, seed)) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < times; i++) {
        // Somewhere in its share of the records, so that each kill meets pipelines at work.
        long share = records / times;
        pipelines.writeTo(i * share + random.nextLong(share));
        hub.program().kill();
        hub.program().start();
        plant.awaitReady(hub);
        err.printf("%s: killed %d times, %,d records written%n", name, i + 1, pipelines.written());
        err.flush();
      }
      pipelines.writeTo(records);
      List<TopicDigest> digests = pipelines.digests();
      err.printf("%s: done%n", name);
      err.flush();
      hub.program().terminate();
      return digests;
    }
  }
}
