package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.bench.KafkaLoad.Pass;
import io.tributary.sim.plant.KafkaJars;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Hub;
import io.tributary.sim.plant.SystemCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench kafka`: what Kafka's clients get from the hub, beside what they get from Apache Kafka.
@Command(
    name = "kafka",
    description = {
      "Fills topics by Kafka's producer and reads them by its consumer, in turn at a hub and at a single",
      "node of Apache Kafka of the client's version, each a process with its defaults, without TLS. What",
      "the hub acknowledges is on disk; kafka leaves that to the kernel, kafka-fsync forces each batch before",
      "it answers (log.flush.interval.messages=1).",
      "The first run fetches Apache Kafka by Maven. Prints one JSON object: medians, minima and maxima of",
      "records/s, MB/s and the server's CPU seconds, its peak memory, and the ratios hub/peer."
    },
    mixinStandardHelpOptions = true)
public final class KafkaBench implements Callable<Integer> {
  private static final String HUB = "hub";

  /// The number of a run's records stays an int.
  private static final int MOST_MEGABYTES = 20_000;

  private static final int SMALLEST = 10;

  /// Less than the client's `max.request.size`.
  private static final int LARGEST = 1_000_000;

  private static final int MOST_PARTITIONS = 1_000;

  /// What stands beside the hub.
  enum Peer {
    KAFKA("kafka", ""),
    KAFKA_FSYNC("kafka-fsync", "log.flush.interval.messages=1");

    private final String label;
    private final String properties;

    Peer(String label, String properties) {
      this.label = label;
      this.properties = properties;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      defaultValue = "kafka",
      description = "some of ${COMPLETION-CANDIDATES}, the last slow (default: ${DEFAULT-VALUE})")
  private List<Peer> peers = List.of();

  @Option(names = "--no-peers", description = "the hub alone; fetches nothing")
  private boolean noPeers;

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      defaultValue = "200",
      description = "of values in each run (default: ${DEFAULT-VALUE})")
  private int megabytes;

  @Option(
      names = "--sizes",
      paramLabel = "BYTES",
      split = ",",
      defaultValue = "100,1024",
      description = "of one record's value, random bytes (default: ${DEFAULT-VALUE})")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "of the topic (default: ${DEFAULT-VALUE})")
  private List<Integer> partitions = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "runs with each server, size and number of partitions (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  /// One kind of load, and what each server made of it; the hub is the first.
  private record Case(int size, int partitions, int records, Map<String, KafkaFigures> figures) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (megabytes < 1
        || megabytes > MOST_MEGABYTES
        || runs < 1
        || sizes.stream().anyMatch(s -> s < SMALLEST || s > LARGEST)
        || partitions.stream().anyMatch(p -> p < 1 || p > MOST_PARTITIONS)) {
      err.printf(
          "bench kafka: --runs is positive, --megabytes 1 to %d, --sizes %d to %d, --partitions 1 to %d%n",
          MOST_MEGABYTES, SMALLEST, LARGEST, MOST_PARTITIONS);
      return ExitStatus.USAGE;
    }
    List<Case> cases = new ArrayList<>();
    try (Plant plant = new Plant("tributary-bench-", List.of())) {
      List<KafkaServer> servers = start(plant);
      warmUp(servers);
      for (int size : sizes) {
        for (int count : partitions) {
          cases.add(measure(servers, size, count));
        }
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(result(servers, cases));
      out.flush();
    } catch (IOException | KafkaException e) {
      err.println("bench kafka: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    return cases.stream()
            .allMatch(c -> c.figures.values().stream().allMatch(f -> f.readBack() == c.records))
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private List<KafkaServer> start(Plant plant) throws IOException, InterruptedException {
    List<KafkaServer> servers = new ArrayList<>();
    KafkaPeer kafka = noPeers ? null : new KafkaPeer(KafkaJars.fetched());
    Hub hub = plant.hub("");
    servers.add(new KafkaServer(HUB, hub.program(), hub.kafka()));
    if (kafka != null) {
      for (Peer peer : peers) {
        tell("Apache Kafka %s: starts %s", KafkaJars.version(), peer);
        servers.add(kafka.start(plant, peer.label, peer.properties));
      }
    }
    return servers;
  }

  /// One run of each kind that nobody measures, so that the servers' code is compiled.
  private void warmUp(List<KafkaServer> servers) throws IOException, InterruptedException {
    for (int size : sizes) {
      for (int count : partitions) {
        KafkaLoad load = new KafkaLoad("warm-up-" + size + "-" + count, count, records(size), size);
        for (KafkaServer server : servers) {
          tell("%d B, partitions %d, %s: warming up", size, count, server.name());
          load.createTopic(server);
          load.produce(server);
          load.consume(server);
          load.deleteTopic(server);
        }
      }
    }
  }

  /// The servers take turns, so that what else the machine does meets all of them.
  private Case measure(List<KafkaServer> servers, int size, int count)
      throws IOException, InterruptedException {
    List<List<Pass>> produced = new ArrayList<>();
    List<List<Pass>> consumed = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      produced.add(new ArrayList<>());
      consumed.add(new ArrayList<>());
    }
    for (int run = 1; run <= runs; run++) {
      KafkaLoad load =
          new KafkaLoad("run-" + size + "-" + count + "-" + run, count, records(size), size);
      for (int i = 0; i < servers.size(); i++) {
        KafkaServer server = servers.get(i);
        load.createTopic(server);
        SystemCommand.output("sync"); // what a server before has left to the kernel
        Pass in = load.produce(server);
        SystemCommand.output("sync");
        Pass out = load.consume(server);
        load.deleteTopic(server);
        produced.get(i).add(in);
        consumed.get(i).add(out);
        tell(
            "%d B, partitions %d, run %d, %s: produced %,.0f/s, %.2f CPU-s a million; consumed %,.0f/s, %.2f",
            size,
            count,
            run,
            server.name(),
            KafkaFigures.recordsPerSecond(in),
            KafkaFigures.cpuSecondsPerMillion(in),
            KafkaFigures.recordsPerSecond(out),
            KafkaFigures.cpuSecondsPerMillion(out));
      }
    }
    Map<String, KafkaFigures> figures = new LinkedHashMap<>();
    for (int i = 0; i < servers.size(); i++) {
      figures.put(servers.get(i).name(), new KafkaFigures(size, produced.get(i), consumed.get(i)));
    }
    return new Case(size, count, records(size), figures);
  }

  private int records(int size) {
    return (int) (megabytes * 1_000_000L / size);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void tell(String format, Object... arguments) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(format + "%n", arguments);
      err.flush();
    }
  }

  private String result(List<KafkaServer> servers, List<Case> cases) {
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("bench", "kafka")
            .value("kafkaVersion", KafkaJars.version())
            .value("megabytes", megabytes)
            .value("runs", runs)
            .object("peakRssMegabytes");
    servers.forEach(s -> result.value(s.name(), s.program().peakRssBytes() / 1e6));
    result.end().array("cases");
    for (Case each : cases) {
      result
          .object()
          .value("size", each.size)
          .value("partitions", each.partitions)
          .value("records", each.records)
          .object("servers");
      each.figures.forEach((name, figures) -> {
        result.object(name);
        figures.write(result);
        result.end();
      });
      result.end().object("hubTo");
      KafkaFigures hub = Objects.requireNonNull(each.figures.get(HUB));
      each.figures.forEach((name, figures) -> {
        if (!name.equals(HUB)) {
          result.object(name);
          hub.writeRatios(result, figures);
          result.end();
        }
      });
      result.end().end();
    }
    return result.end().end().done();
  }
}
