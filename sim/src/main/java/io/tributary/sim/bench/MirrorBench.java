package io.tributary.sim.bench;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench mirror`: how fast a backlog reaches the hub.
@Command(
    name = "mirror",
    description = {
      "Fills an edge's journal, starts the edge beside a fresh hub (two processes, mutual TLS 1.3, fsync",
      "at both ends, no compression), and measures from the dial to the last acknowledgement. Then the",
      "hub is read back and counted. Prints one JSON object with the medians and every run."
    },
    mixinStandardHelpOptions = true)
public final class MirrorBench implements Callable<Integer> {
  /// How often the edge is asked whether it is done. It tells itself when the last ack came; to ask costs the processors
  /// that are measured.
  private static final long POLL_MS = 250;

  private static final String EDGE = "bench-edge";
  private static final String TOPIC = "bench";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "2000000",
      description = "how many (default: ${DEFAULT-VALUE})")
  private int records;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "of one record's value, random bytes (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "runs, each with a fresh hub (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  /// What one run gave.
  ///
  /// @param readBack how many records a Kafka client then read, each once and in order
  private record Run(
      double seconds,
      double edgeCpuSeconds,
      double hubCpuSeconds,
      long edgePeakRss,
      long hubPeakRss,
      long readBack) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (records < 1 || size < Long.BYTES || size > 60_000 || runs < 1) {
      err.println("bench mirror: --records and --runs are positive, --size is 8 to 60000");
      return ExitStatus.USAGE;
    }
    List<Run> done = new ArrayList<>();
    double diskMegabytesPerSecond;
    try {
      Backlog backlog = Backlog.fill(EDGE, TOPIC, records, size);
      try (backlog) {
        diskMegabytesPerSecond = backlog.diskMegabytesPerSecond();
        for (int i = 0; i < runs; i++) {
          Run run = run(backlog);
          done.add(run);
          if (!json) {
            err.printf(
                "run %d: %.2f s, %,.0f records/s, %,d read back%n",
                i + 1, run.seconds, records / run.seconds, run.readBack);
            err.flush();
          }
        }
      }
    } catch (IOException | KafkaException e) {
      err.println("bench mirror: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(result(done, diskMegabytesPerSecond));
    out.flush();
    return done.stream().allMatch(r -> r.readBack == records)
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private Run run(Backlog backlog) throws IOException, InterruptedException {
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      Hub hub = plant.hub("");
      Edge edge = plant.unstartedEdge(EDGE, hub.mirror(), TOPIC, "");
      backlog.copyTo(plant.directory().resolve(EDGE));
      edge.program().start();
      plant.awaitReady(edge);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      JsonObject status = Plant.status(edge.http());
      while (status == null || !isDrained(status)) {
        if (System.nanoTime() > deadline || !edge.program().isAlive()) {
          throw new IOException("the backlog did not drain: " + status);
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
        status = Plant.status(edge.http());
      }
      JsonObject connection = status.getObject("connection");
      double seconds =
          (connection.getLong("lastAckAtMs") - connection.getLong("dialledAtMs")) / 1000.0;
      double edgeCpu = edge.program().cpuSeconds();
      double hubCpu = hub.program().cpuSeconds();
      long edgeRss = edge.program().peakRssBytes();
      long hubRss = hub.program().peakRssBytes();
      edge.program().terminate();
      long readBack = ReadBack.count(hub.kafka(), TOPIC, records);
      hub.program().terminate();
      return new Run(seconds, edgeCpu, hubCpu, edgeRss, hubRss, readBack);
    }
  }

  private boolean isDrained(JsonObject status) {
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject stream = (JsonObject) each;
      if (stream.getString("topic").equals(TOPIC)) {
        return stream.getLong("acked") == records;
      }
    }
    return false;
  }

  private String result(List<Run> done, double diskMegabytesPerSecond) {
    double seconds = median(done, Run::seconds);
    double million = records / 1e6;
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("bench", "mirror")
            .value("records", records)
            .value("size", size)
            .value("runs", done.size())
            .value("seconds", seconds)
            .value("recordsPerSecond", Math.round(records / seconds))
            .value("megabytesPerSecond", records / seconds * size / 1e6)
            .value("readBack", done.stream().mapToLong(Run::readBack).min().orElse(0))
            .value(
                "cpuSecondsPerMillion",
                median(done, r -> r.edgeCpuSeconds + r.hubCpuSeconds) / million);
    result
        .object("edge")
        .value("cpuSeconds", median(done, Run::edgeCpuSeconds))
        .value("peakRssMegabytes", median(done, r -> r.edgePeakRss / 1e6))
        .end()
        .object("hub")
        .value("cpuSeconds", median(done, Run::hubCpuSeconds))
        .value("peakRssMegabytes", median(done, r -> r.hubPeakRss / 1e6))
        .end()
        .array("recordsPerSecondOfEachRun");
    done.forEach(r -> result.value(Math.round(records / r.seconds)));
    result
        .end()
        .object("machine")
        .value("diskWriteAndFsyncMegabytesPerSecond", diskMegabytesPerSecond)
        .end();
    Peers.writeCatchUp(result, size);
    return result.end().done();
  }

  private static double median(List<Run> done, ToDoubleFunction<Run> of) {
    return Median.of(done.stream().mapToDouble(of).toArray());
  }
}
