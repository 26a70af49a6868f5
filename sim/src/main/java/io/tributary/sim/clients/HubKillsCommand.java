package io.tributary.sim.clients;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.KafkaJars;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim hub-kills`: a producer at full speed, while the hub dies.
@Command(
    name = "hub-kills",
    description = {
      "Kafka's own verifiable producer (idempotent, acks=all) writes to a hub at full speed, while the",
      "hub is killed (SIGKILL) at random moments and started again. Then Kafka's verifiable consumer",
      "reads everything: each acknowledged record must be there once, in order, at the offset that was",
      "acknowledged. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class HubKillsCommand implements Callable<Integer> {
  /// A consumer that reads nothing for so long has read what there is for it.
  private static final int QUIET_S = 60;

  /// No record may fail because the hub was away for a while.
  private static final String PRODUCER =
      """
      enable.idempotence=true
      acks=all
      retries=2147483647
      delivery.timeout.ms=600000
      """;

  private static final int PARTITIONS_MOST = 1_000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "600",
      description = "how long the producer writes (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "5",
      description = "how often the hub is killed meanwhile (default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "(default: ${DEFAULT-VALUE})")
  private int partitions;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (seconds < 1 || kills < 0 || partitions < 1 || partitions > PARTITIONS_MOST) {
      err.println(
          "sim hub-kills: --seconds is positive, --kills not negative, --partitions 1 to "
              + PARTITIONS_MOST);
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-hub-kills-", List.of())) {
      KafkaJars jars = KafkaJars.fetched();
      Hub hub = plant.hub("");
      VerifiableTopic topic = new VerifiableTopic(plant, jars, hub.kafka(), "verifiable");
      topic.create(partitions);
      Deliveries deliveries = new Deliveries(partitions);
      double wrote = write(plant, hub, topic, deliveries);
      long end = topic.ends(partitions).values().stream().mapToLong(Long::longValue).sum();
      double read = read(topic, deliveries, end);
      report(deliveries, end, wrote, read);
      boolean holds = deliveries.holds() && deliveries.consumed() == end;
      return holds ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException e) {
      err.println("sim hub-kills: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  /// @return how many seconds it took
  private double write(Plant plant, Hub hub, VerifiableTopic topic, Deliveries deliveries)
      throws IOException, InterruptedException {
    Path config = Files.writeString(plant.directory().resolve("producer.properties"), PRODUCER);
    Watch watch = new Watch(spec.commandLine().getErr());
    try (Tool producer =
        topic.producer(
            List.of("--acks", "-1", "--throughput", "-1", "--command-config", config.toString()),
            deliveries::produced)) {
      LongSupplier done = deliveries::acknowledged;
      for (double moment : moments()) {
        watch.until(moment, producer, "acknowledged", done);
        hub.program().kill();
        hub.program().start();
        plant.awaitReady(hub);
        watch.say("the hub was killed, and is back");
      }
      watch.until(seconds, producer, "acknowledged", done);
      producer.terminate();
      watch.say("%,d acknowledged; the producer has ended".formatted(deliveries.acknowledged()));
    }
    return watch.seconds();
  }

  /// @param end so many records stand there
  /// @return how many seconds it took
  private double read(VerifiableTopic topic, Deliveries deliveries, long end)
      throws IOException, InterruptedException {
    Watch watch = new Watch(spec.commandLine().getErr());
    try (Tool consumer = topic.consumer("verifiers", List.of("--verbose"), deliveries::consumed)) {
      long before = -1;
      for (double until = 0; deliveries.consumed() < end && before < deliveries.consumed(); ) {
        before = deliveries.consumed();
        until += QUIET_S;
        watch.until(
            until, consumer, "read", deliveries::consumed, () -> deliveries.consumed() >= end);
      }
      consumer.terminate();
    }
    return watch.seconds();
  }

  /// One in each of as many equal parts of the time, in seconds from its start.
  private List<Double> moments() {
    SplittableRandom random = new SplittableRandom(seed);
    List<Double> moments = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      moments.add((i + random.nextDouble(0.1, 0.9)) * seconds / kills);
    }
    return moments;
  }

  private void report(Deliveries deliveries, long end, double wrote, double read) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("kills", kills)
              .value("partitions", partitions)
              .value("secondsWriting", Math.round(wrote))
              .value("secondsReading", Math.round(read))
              .value("records", end);
      deliveries.write(result);
      out.println(result.end().done());
    } else {
      out.printf("%d kills in %.0f s: %s%n", kills, wrote, deliveries);
    }
    out.flush();
  }
}
