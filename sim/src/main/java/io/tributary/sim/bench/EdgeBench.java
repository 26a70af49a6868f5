package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench edge`: what an acknowledgement costs.
@Command(
    name = "edge",
    description = {
      "Publishes at QoS 1 and a steady rate to an edge that mirrors to a hub, both started as the",
      "launcher starts them. Prints one JSON object: acknowledgement percentiles from the intended",
      "send time, CPU seconds, memory, and the time from start to the first acknowledgement."
    },
    mixinStandardHelpOptions = true)
public final class EdgeBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String TOPIC = "bench";
  private static final byte[] PROBE = {'1'};
  private static final int STARTS = 5;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10000",
      description = "readings per second, all connections together (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "how long (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "10",
      description = "(default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "of one reading (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "publishes of one connection that may wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private int window;

  @Option(names = "--no-hub", description = "an edge alone: nothing is mirrored")
  private boolean noHub;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (rate < 1 || seconds < 1 || connections < 1 || size < 1 || size > 16_000 || window < 1) {
      err.println("bench edge: every figure is positive, --size at most 16000");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      Hub hub = plant.hub("");
      Edge edge = plant.unstartedEdge(EDGE, noHub ? plant.freeAddress() : hub.mirror(), TOPIC, "");
      double[] firstAcks = new double[STARTS];
      for (int i = 0; i < STARTS; i++) {
        if (i > 0) {
          edge.program().terminate(); // a clean stop, so that the class archive is there
        }
        firstAcks[i] = FirstAck.afterStart(edge, "bench/probe", PROBE);
        if (!json) {
          err.printf("start %d: first ack after %.0f ms%n", i + 1, firstAcks[i]);
          err.flush();
        }
      }
      double cpuBefore = edge.program().cpuSeconds();
      double hubCpuBefore = hub.program().cpuSeconds();
      long[] latencies = load(edge);
      double cpu = edge.program().cpuSeconds() - cpuBefore;
      double hubCpu = hub.program().cpuSeconds() - hubCpuBefore;
      PrintWriter out = spec.commandLine().getOut();
      out.println(result(latencies, firstAcks, cpu, hubCpu, edge.program(), hub.program()));
      out.flush();
      return ExitStatus.DONE;
    } catch (IOException | UncheckedIOException e) {
      err.println("bench edge: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private long[] load(Edge edge) throws IOException, InterruptedException {
    int perConnection = (int) ((long) rate * seconds / connections);
    long[][] latencies = new long[connections][perConnection];
    List<Thread> threads = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    long startNanos = System.nanoTime() + 100_000_000L;
    for (int c = 0; c < connections; c++) {
      MqttLoad load =
          new MqttLoad(Plant.address(edge.mqtt()), "load-" + c, "bench/load-" + c, window);
      long[] mine = latencies[c];
      double intervalNanos = 1e9 * connections / rate;
      long firstNanos = startNanos + (long) (intervalNanos * c / connections);
      SplittableRandom random = new SplittableRandom(c);
      threads.add(
          Thread.ofPlatform()
              .name("load-" + c)
              .start(() -> {
                byte[] value = new byte[size];
                try {
                  for (int i = 0; i < mine.length; i++) {
                    long due = firstNanos + (long) (i * intervalNanos);
                    for (long left; (left = due - System.nanoTime()) > 0; ) {
                      LockSupport.parkNanos(left);
                    }
                    random.nextBytes(value);
                    load.publish(value, due);
                  }
                } catch (IOException e) {
                  add(failures, e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
      threads.add(
          Thread.ofPlatform()
              .name("acks-" + c)
              .start(() -> {
                try (load) {
                  for (int i = 0; i < mine.length; i++) {
                    mine[i] = load.awaitAck();
                  }
                } catch (IOException e) {
                  add(failures, e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    long[] all = Arrays.stream(latencies).flatMapToLong(Arrays::stream).toArray();
    Arrays.sort(all);
    return all;
  }

  private static void add(List<IOException> failures, IOException e) {
    synchronized (failures) {
      failures.add(e);
    }
  }

  private String result(
      long[] sorted, double[] firstAcks, double cpu, double hubCpu, Program edge, Program hub) {
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("bench", "edge")
            .value("rate", rate)
            .value("seconds", seconds)
            .value("connections", connections)
            .value("size", size)
            .value("acknowledged", sorted.length)
            .object("ackMillis")
            .value("p50", Median.percentile(sorted, 0.5) / 1e6)
            .value("p90", Median.percentile(sorted, 0.9) / 1e6)
            .value("p99", Median.percentile(sorted, 0.99) / 1e6)
            .value("p999", Median.percentile(sorted, 0.999) / 1e6)
            .value("max", sorted[sorted.length - 1] / 1e6)
            .end()
            .value("startToFirstAckMillis", Median.of(firstAcks))
            .object("edge")
            .value("cpuSeconds", cpu)
            .value("cpuSecondsPerMillion", cpu / sorted.length * 1e6)
            .value("rssMegabytes", edge.rssBytes() / 1e6)
            .value("peakRssMegabytes", edge.peakRssBytes() / 1e6)
            .end()
            .object("hub")
            .value("cpuSeconds", hubCpu)
            .value("peakRssMegabytes", hub.peakRssBytes() / 1e6)
            .end();
    Peers.writeIngest(result);
    return result.end().done();
  }
}
