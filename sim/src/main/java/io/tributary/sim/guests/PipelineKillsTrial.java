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
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim pipeline-kills`: a hub, or an edge, is killed again and again while stateful pipelines work on what a producer writes; what they
/// have written is compared with what they write undisturbed.
@Command(
    name = "pipeline-kills",
    mixinStandardHelpOptions = true,
    description = {
      "Kills a hub (SIGKILL) while stateful pipelines work: running sums, a deadband, repetitions, windows. Their topics, and those of"
          + " dead letters, must hold the same records as in an undisturbed run: offsets, keys, values, headers, timestamps.",
      "With --at edge it is an edge's pipelines that are killed, and its hub now and then, while a device publishes by MQTT at QoS 1."
          + " The topics, read at the hub, must hold what the chains make of the source topic in one go; nothing that was"
          + " acknowledged may be missing in that one.",
      ""
    },
    footer = {"", "Exit status: 0 they do, 1 they do not, 2 wrong usage, 3 the world."})
public final class PipelineKillsTrial implements Callable<Integer> {
  private static final int PARTITIONS = 2;
  private static final int HUB_RECORDS = 400_000;
  private static final int EDGE_RECORDS = 100_000;

  /// Whose pipelines.
  enum Where {
    HUB,
    EDGE
  }

  @Option(
      names = "--at",
      paramLabel = "hub|edge",
      defaultValue = "hub",
      description = "Whose pipelines. Default: ${DEFAULT-VALUE}.")
  private Where at = Where.HUB;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "How often it is killed. Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "How many records are written meanwhile. Default: 400000, to an edge 100000.")
  private @Nullable Integer written;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the records, and of the moments of the kills. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "One JSON object as the last line.")
  private boolean json;

  @Spec private CommandSpec spec;

  private int records;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    records = written != null ? written : at == Where.EDGE ? EDGE_RECORDS : HUB_RECORDS;
    if (kills < 1 || records < kills) {
      err.println("sim pipeline-kills: --kills is at least 1, --records at least as many");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-pipeline-kills-", List.of(KilledEdge.EDGE))) {
      if (at == Where.EDGE) {
        KilledEdge.Outcome outcome = new KilledEdge(plant, kills, records, seed, err).run();
        tell(outcome);
        return outcome.holds() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
      }
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
    } catch (IOException | KafkaException | MqttException e) {
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

  private void tell(KilledEdge.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(outcome));
    } else {
      out.printf(
          "%d kills of the edge, %d of them while it started, and %d of the hub%n",
          outcome.kills(), outcome.startKills(), outcome.hubKills());
      out.printf(
          "%,d readings acknowledged, %,d of them missing; %,d records of the source, %,d of them sent again by MQTT%n",
          outcome.acknowledged(), outcome.missing(), outcome.source(), outcome.again());
      for (ComparedTopic each : outcome.topics()) {
        out.printf(
            "%s: %,d records, %s%n",
            each.topic(),
            each.records(),
            each.isSame()
                ? "the same as undisturbed"
                : "NOT the same as undisturbed, which are %,d: %s"
                    .formatted(each.due(), each.difference()));
      }
      if (outcome.late() != null) {
        out.println("not at its end in time: " + outcome.late());
      }
      out.println(
          outcome.holds()
              ? "the same as undisturbed"
              : "NOT the same as undisturbed, seed " + seed);
    }
    out.flush();
  }

  private String json(KilledEdge.Outcome outcome) {
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("trial", "pipeline-kills")
            .value("at", "edge")
            .value("seed", seed)
            .value("kills", outcome.kills())
            .value("startKills", outcome.startKills())
            .value("hubKills", outcome.hubKills())
            .value("acknowledged", outcome.acknowledged())
            .value("missing", outcome.missing())
            .value("records", outcome.source())
            .value("again", outcome.again())
            .value("late", outcome.late())
            .value("same", outcome.holds())
            .array("topics");
    for (ComparedTopic each : outcome.topics()) {
      result
          .object()
          .value("topic", each.topic())
          .value("records", each.records())
          .value("undisturbed", each.due())
          .value("difference", each.difference())
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
