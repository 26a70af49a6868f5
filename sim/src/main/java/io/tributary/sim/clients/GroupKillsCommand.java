package io.tributary.sim.clients;

import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.KafkaJars;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim group-kills`: a group whose members die.
@Command(
    name = "group-kills",
    description = {
      "A group of Kafka's verifiable consumers reads what a verifiable producer writes, while members",
      "are killed (SIGKILL), leave and are added, and the hub is killed. No record may be skipped, and",
      "one may be read again only if it was not committed. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class GroupKillsCommand implements Callable<Integer> {
  private static final int PARTITIONS = 6;
  private static final String GROUP = "verifiers";

  /// A group that reads nothing for so long has read what there is for it.
  private static final int QUIET_S = 60;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "120",
      description = "how long the producer writes (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "3",
      description = "of the group (default: ${DEFAULT-VALUE})")
  private int members;

  @Option(
      names = "--changes",
      paramLabel = "N",
      defaultValue = "12",
      description = "how often a member is killed, leaves or is added (default: ${DEFAULT-VALUE})")
  private int changes;

  @Option(
      names = "--hub-kills",
      paramLabel = "N",
      defaultValue = "2",
      description = "how often the hub is killed meanwhile (default: ${DEFAULT-VALUE})")
  private int hubKills;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5000",
      description = "records per second (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "classic",
      description = "of the group: classic, or consumer (KIP-848) (default: ${DEFAULT-VALUE})")
  private Protocol protocol = Protocol.CLASSIC;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private enum Protocol {
    CLASSIC,
    CONSUMER
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (seconds < 1 || members < 1 || changes < 0 || hubKills < 0 || rate < 1) {
      err.println(
          "sim group-kills: --seconds, --members and --rate are positive, the others not negative");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-group-kills-", List.of())) {
      KafkaJars jars = KafkaJars.fetched();
      Hub hub = plant.hub("");
      VerifiableTopic topic = new VerifiableTopic(plant, jars, hub.kafka(), "verifiable");
      topic.create(PARTITIONS);
      GroupHistory history = new GroupHistory(PARTITIONS);
      Watch watch = new Watch(err);
      Crew crew = new Crew(topic, history, watch);
      drive(plant, hub, topic, crew);
      Map<Integer, Long> ends = topic.ends(PARTITIONS);
      crew.finish(ends.values().stream().mapToLong(Long::longValue).sum());
      return report(history, ends, watch) ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      err.println("sim group-kills: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private void drive(Plant plant, Hub hub, VerifiableTopic topic, Crew crew)
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < members; i++) {
      crew.join();
    }
    int acts = changes + hubKills;
    try (Tool producer =
        topic.producer(
            List.of("--acks", "-1", "--throughput", Integer.toString(rate)),
            (line, from, to) -> {})) {
      for (int i = 0; i < acts; i++) {
        crew.read((i + 1.0) * seconds / (acts + 1), producer);
        boolean isHubs = (long) (i + 1) * hubKills / acts > (long) i * hubKills / acts;
        if (isHubs) {
          hub.program().kill();
          hub.program().start();
          plant.awaitReady(hub);
          crew.watch.say("the hub was killed, and is back");
        } else {
          crew.change(random);
        }
      }
      crew.read(seconds, producer);
      producer.terminate();
    }
  }

  private boolean report(GroupHistory history, Map<Integer, Long> ends, Watch watch) {
    long records = ends.values().stream().mapToLong(Long::longValue).sum();
    List<String> violations = history.violations(ends);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JsonWriter.string()
              .object()
              .value("changes", changes)
              .value("hubKills", hubKills)
              .value("assignments", history.assignments())
              .value("seconds", Math.round(watch.seconds()))
              .value("records", records)
              .value("read", history.read())
              .value("readAgain", history.readAgain())
              .array("violations", violations)
              .end()
              .done());
    } else {
      violations.forEach(violation -> out.println("BROKEN: " + violation));
      out.printf(
          "%d changes, %d kills of the hub, %d assignments: %,d records, %,d read, %,d once more"
              + " behind the last commit, %d violations%n",
          changes,
          hubKills,
          history.assignments(),
          records,
          history.read(),
          history.readAgain(),
          violations.size());
    }
    out.flush();
    return records > 0 && violations.isEmpty();
  }

  /// The members that run.
  private final class Crew {
    private final VerifiableTopic topic;
    private final GroupHistory history;
    private final Watch watch;
    private final List<Tool> running = new ArrayList<>();
    private int named;

    private Crew(VerifiableTopic topic, GroupHistory history, Watch watch) {
      this.topic = topic;
      this.history = history;
      this.watch = watch;
    }

    private void join() throws IOException {
      named++;
      List<String> options = new ArrayList<>();
      if (protocol == Protocol.CONSUMER) {
        options.addAll(List.of("--group-protocol", "consumer"));
      } else {
        options.addAll(List.of("--session-timeout", "6000"));
      }
      running.add(topic.consumer(GROUP, options, history.new Member("member-" + named)));
    }

    /// Goes on until so many seconds are over.
    private void read(double moment, Tool producer) throws IOException, InterruptedException {
      watch.until(moment, producer, "read", history::read);
    }

    /// Kills one, has one leave, or has one more join; what is lacking is made up for.
    private void change(SplittableRandom random) throws IOException, InterruptedException {
      int act = random.nextInt(4);
      if (act == 3 && running.size() < 2 * members) {
        watch.say("a member is added");
        join();
        return;
      }
      Tool one = running.remove(random.nextInt(running.size()));
      if (act == 2) {
        watch.say("a member leaves");
        one.terminate();
      } else {
        watch.say("a member is killed");
        one.kill();
      }
      if (running.size() < members) {
        join();
      }
    }

    /// Reads to the end, and ends.
    private void finish(long records) throws IOException, InterruptedException {
      long before = -1;
      while (history.read() < records && before < history.read()) {
        before = history.read();
        watch.until(
            watch.seconds() + QUIET_S,
            running.getFirst(),
            "read",
            history::read,
            () -> history.read() >= records);
      }
      for (Tool one : running) {
        one.terminate();
      }
    }
  }
}
