package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/// An edge with a hostile guest before the log of each of many topics, and one topic without: a device publishes to that one,
/// reading after reading, while the others are silent, and while each of them gets readings in turn.
final class LiveEdge {
  private static final String BUDGET = "{memory: 1MiB, time: 200ms, output-bytes: 256KiB}";
  private static final long ROUND_NANOS = 20_000_000_000L;
  private static final long PAUSE_NANOS = 5_000_000;
  private static final int KEEP_ALIVE_SECONDS = 60;

  private final Plant plant;
  private final String edgeId;
  private final List<Path> guests;
  private final PrintWriter err;

  /// @param guests those that fail in a call
  LiveEdge(Plant plant, String edgeId, List<Path> guests, PrintWriter err) {
    this.plant = plant;
    this.edgeId = edgeId;
    this.guests = guests;
    this.err = err;
  }

  /// Of each round's acknowledgements, in milliseconds; the percentiles are medians over the rounds.
  record Latencies(
      long quietCount,
      long besideCount,
      double p50Quiet,
      double p50Beside,
      double p99Quiet,
      double p99Beside,
      long hostile,
      long deadLetters) {
    double factor() {
      return p99Beside / p99Quiet;
    }
  }

  Latencies run(int rounds) throws IOException, MqttException, InterruptedException {
    StringBuilder topics = new StringBuilder("topics:\n  clean: {}\n");
    EdgePlan plan = EdgePlan.of(plant, edgeId, plant.freeAddress());
    plan = plan.mapping("{filter: clean, topic: clean}");
    for (Path guest : guests) {
      String topic = "h-" + String.valueOf(guest.getFileName()).replace(".wasm", "");
      plan = plan.mapping("{filter: %s, topic: %s}".formatted(topic, topic));
      topics.append(
          "  %s: {dead-letter: dead, transforms: [{%s, with: {status: '-1'}, budget: %s}]}\n"
              .formatted(topic, SampleGuest.uses(guest), BUDGET));
    }
    Plant.Edge edge = plant.unstartedEdge(plan.more(topics.toString()));
    edge.program().start();
    plant.awaitReady(edge);
    List<long[]> quiet = new ArrayList<>();
    List<long[]> beside = new ArrayList<>();
    long hostile = 0;
    round(edge, false); // warms both up
    hostile += besideRound(edge, new ArrayList<>());
    for (int i = 0; i < rounds; i++) {
      quiet.add(round(edge, true));
      hostile += besideRound(edge, beside);
      err.printf(
          "round %d: p99 %.1f ms, beside hostile guests %.1f ms%n",
          i + 1, percentile(quiet.get(i), 0.99), percentile(beside.get(i), 0.99));
      err.flush();
    }
    return new Latencies(
        quiet.stream().mapToLong(all -> all.length).sum(),
        beside.stream().mapToLong(all -> all.length).sum(),
        median(quiet, 0.5),
        median(beside, 0.5),
        median(quiet, 0.99),
        median(beside, 0.99),
        hostile,
        deadLetters(edge));
  }

  private static double median(List<long[]> rounds, double share) {
    double[] all =
        rounds.stream().mapToDouble(round -> percentile(round, share)).sorted().toArray();
    return all[all.length / 2];
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1e6;
  }

  /// Publishes to the clean topic, one reading after the other.
  ///
  /// @return how long each acknowledgement took, sorted
  private static long[] round(Plant.Edge edge, boolean isLong)
      throws MqttException, InterruptedException {
    List<Long> all = new ArrayList<>();
    long endNanos = System.nanoTime() + (isLong ? ROUND_NANOS : ROUND_NANOS / 4);
    MqttClient client = connect(edge, "clean");
    try {
      while (System.nanoTime() - endNanos < 0) {
        long begin = System.nanoTime();
        client.publish("clean", "21.5".getBytes(UTF_8), 1, false);
        all.add(System.nanoTime() - begin);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } finally {
      client.disconnect();
      client.close();
    }
    return all.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /// As above, while the hostile topics get readings in turn, each when the one before is acknowledged.
  ///
  /// @return how many hostile readings were acknowledged
  private long besideRound(Plant.Edge edge, List<long[]> to)
      throws MqttException, InterruptedException {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicReference<@Nullable MqttException> failed = new AtomicReference<>();
    long[] hostile = new long[1];
    Thread attacker =
        Thread.ofPlatform()
            .name("hostile")
            .start(() -> {
              try {
                MqttClient client = connect(edge, "hostile");
                while (!isOver.get()) {
                  String guest =
                      String.valueOf(guests.get((int) (hostile[0] % guests.size())).getFileName());
                  client.publish(
                      "h-" + guest.replace(".wasm", ""), "a reading".getBytes(UTF_8), 1, false);
                  hostile[0]++;
                }
                client.disconnect();
                client.close();
              } catch (MqttException e) {
                failed.set(e);
              }
            });
    to.add(round(edge, true));
    isOver.set(true);
    attacker.join();
    MqttException why = failed.get();
    if (why != null) {
      throw why;
    }
    return hostile[0];
  }

  private static MqttClient connect(Plant.Edge edge, String id) throws MqttException {
    MqttClient client = new MqttClient("tcp://" + edge.mqtt(), id, new MemoryPersistence());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    client.connect(options);
    return client;
  }

  /// What the edge counts over all topics.
  private static long deadLetters(Plant.Edge edge) throws IOException {
    JsonObject status = Plant.status(edge.http());
    if (status == null) {
      throw new IOException("the edge does not tell its status");
    }
    long all = 0;
    for (Object lane : status.getArray("transforms", new JsonArray())) {
      all += ((JsonObject) lane).getObject("counters").getLong("deadLetters");
    }
    return all;
  }
}
