package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import io.tributary.record.Header;
import io.tributary.record.Record;
import io.tributary.sim.guests.EdgePipeline.Made;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// An edge whose pipelines read what a device publishes, killed again and again, and its hub now and then.
///
/// ```
///  device ═MQTT═▶ edge: numbers ─▶ chains ─▶ topics ═▶ hub ─kafka-clients─▶ numbers ─▶ chains, here ─▶ compared with the topics
///     └── ledger: what was acknowledged ───────────────── must be among ───────┘
/// ```
final class KilledEdge {
  static final String EDGE = "pipelines-edge";

  /// The hub is killed beside one kill in so many.
  private static final int HUB_KILLED_EACH = 4;

  /// One kill in so many comes while the edge still starts.
  private static final int STARTS_KILLED_EACH = 4;

  private static final int START_MS = 4_000;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration REST = Duration.ofSeconds(10);

  /// So often in a row the edge must say that nothing is left to do and nothing has moved.
  private static final int LOOKS = 8;

  private static final int LOOK_MS = 500;

  private final Plant plant;
  private final int kills;
  private final int readings;
  private final long seed;
  private final PrintWriter err;
  private final List<EdgePipeline> pipelines = EdgePipeline.all();
  private final Hub hub;
  private final Edge edge;

  private int hubKills;
  private int startKills;

  /// What it came to.
  ///
  /// @param startKills how many of the kills came while the edge started
  /// @param missing readings that were acknowledged and are not in the source
  /// @param again records of the source that another one has the reading of: QoS 1
  /// @param late what had not come to its end in time; null: nothing
  /// @param topics what pipelines write, and their dead letters
  record Outcome(
      int kills,
      int startKills,
      int hubKills,
      long acknowledged,
      long missing,
      long again,
      long source,
      @Nullable String late,
      List<ComparedTopic> topics) {
    boolean holds() {
      return missing == 0 && late == null && topics.stream().allMatch(ComparedTopic::isSame);
    }
  }

  KilledEdge(Plant plant, int kills, int readings, long seed, PrintWriter err)
      throws IOException, InterruptedException {
    this.plant = plant;
    this.kills = kills;
    this.readings = readings;
    this.seed = seed;
    this.err = err;
    StringBuilder topics = new StringBuilder("topics:\n  numbers: {partitions: 1}\n");
    StringBuilder written = new StringBuilder("pipelines:\n");
    for (EdgePipeline each : pipelines) {
      if (!each.isLocal()) {
        topics.append("  %s: {partitions: 1}%n".formatted(each.to()));
      }
      topics.append("  %s: {partitions: 1}%n".formatted(each.deadLetters()));
      written.append(each.yaml());
    }
    hub = plant.hub(topics.toString());
    EdgePlan plan =
        EdgePlan.of(plant, EDGE, hub.mirror())
            .mapping("{filter: numbers/+/+, topic: numbers, key: level:2, keep-topic: always}")
            .more("topics:\n  steps: {class: alarm, mirror: false}\n")
            .more(written.toString());
    edge = plant.unstartedEdge(plan);
    edge.program().start();
    plant.awaitReady(edge);
  }

  Outcome run() throws IOException, MqttException, InterruptedException {
    try (PublishedNumbers numbers =
        new PublishedNumbers(edge.mqtt(), plant.directory(), readings, seed)) {
      kill(numbers);
      plant.awaitReady(hub);
      plant.awaitReady(edge);
      Set<Long> acknowledged = numbers.finish();
      return judge(acknowledged, awaitCaughtUp());
    }
  }

  private void kill(PublishedNumbers numbers) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    long share = readings / kills;
    for (int i = 0; i < kills; i++) {
      boolean inStart = i > 0 && random.nextInt(STARTS_KILLED_EACH) == 0;
      if (inStart) {
        startKills++;
        TimeUnit.MILLISECONDS.sleep(random.nextInt(START_MS));
      } else {
        // Somewhere in its share of the readings, so that each kill meets pipelines at work.
        long at = i * share + random.nextLong(share);
        plant.awaitReady(edge);
        while (numbers.published() < at) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      if (!edge.program().isAlive()) {
        throw new IOException("the edge has ended by itself:\n" + edge.program().endOfLog());
      }
      boolean hubToo = i % HUB_KILLED_EACH == 1;
      if (hubToo) {
        hubKills++;
        hub.program().kill();
        hub.program().start();
      }
      edge.program().kill();
      edge.program().start();
      err.printf(
          "kill %d of %d%s%s: %,d published%n",
          i + 1,
          kills,
          inStart ? ", while it started" : "",
          hubToo ? ", the hub too" : "",
          numbers.published());
      err.flush();
    }
  }

  /// Waits until no pipeline has anything before it, and the hub has all.
  ///
  /// @return what is not so when the time is up; null: all is
  private @Nullable String awaitCaughtUp() throws IOException, InterruptedException {
    long untilNanos = System.nanoTime() + PATIENCE.toNanos();
    Map<String, Long> ends = Map.of();
    for (int looks = 0; looks < LOOKS; ) {
      JsonObject status = Plant.status(edge.http());
      if (status == null) {
        throw new IOException("the edge does not answer:\n" + edge.program().endOfLog());
      }
      String behind = behind(status);
      Map<String, Long> now = ends(status);
      looks = behind == null && now.equals(ends) ? looks + 1 : 0;
      ends = now;
      if (System.nanoTime() > untilNanos) {
        return behind == null ? "the topics still grow" : behind;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
    return null;
  }

  /// What an edge has still to do, in words; null: nothing.
  private @Nullable String behind(JsonObject status) {
    int count = 0;
    for (Object each : status.getArray("adapters")) {
      JsonObject one = (JsonObject) each;
      if (Objects.equals(one.getString("type"), "pipeline")) {
        count++;
        if (one.getObject("counters").getLong("lag", 1) != 0
            || !one.getString("state", "").contains(", 0 behind")) {
          return "pipeline " + one.getString("name") + ": " + one.getString("state");
        }
      }
    }
    for (Object each : status.getArray("streams")) {
      JsonObject one = (JsonObject) each;
      if (!EdgePipeline.LOCAL.equals(one.getString("topic"))
          && one.getLong("acked") < one.getLong("end")) {
        return "topic %s: the hub has %d of %d"
            .formatted(one.getString("topic"), one.getLong("acked"), one.getLong("end"));
      }
    }
    return count == pipelines.size() ? null : "only " + count + " pipelines run";
  }

  private static Map<String, Long> ends(JsonObject status) {
    Map<String, Long> ends = new HashMap<>();
    for (Object each : status.getArray("streams")) {
      JsonObject one = (JsonObject) each;
      ends.put(one.getString("topic") + " " + one.getString("streamId"), one.getLong("end"));
    }
    return ends;
  }

  private Outcome judge(Set<Long> acknowledged, @Nullable String late) throws IOException {
    List<Record> source = TopicAtHub.read(hub.kafka(), EdgePipeline.SOURCE, readings, REST);
    Set<Long> there = new HashSet<>();
    source.forEach(record -> there.add(number(record)));
    Map<String, List<Record>> made = new HashMap<>();
    made.put(EdgePipeline.SOURCE, source);
    List<ComparedTopic> topics = new ArrayList<>();
    for (EdgePipeline each : pipelines) {
      Made due = each.make(made.getOrDefault(each.from(), List.of()));
      made.put(each.to(), due.outputs());
      if (!each.isLocal()) {
        topics.add(compare(each.to(), due.outputs()));
      }
      topics.add(compare(each.deadLetters(), due.deadLetters()));
    }
    return new Outcome(
        kills,
        startKills,
        hubKills,
        acknowledged.size(),
        acknowledged.stream().filter(number -> !there.contains(number)).count(),
        source.size() - there.size(),
        source.size(),
        late,
        topics);
  }

  private ComparedTopic compare(String topic, List<Record> due) throws IOException {
    List<Record> held = TopicAtHub.read(hub.kafka(), topic, due.size(), REST);
    return ComparedTopic.of(topic, held, due);
  }

  /// The last level of the topic that a reading was published to.
  private static long number(Record record) {
    for (Header header : record.headers()) {
      if (header.key().equals("mqtt-topic") && header.value() != null) {
        String topic = new String(header.value(), UTF_8);
        return Long.parseLong(topic.substring(topic.lastIndexOf('/') + 1));
      }
    }
    throw new IllegalArgumentException("a record of the source without its MQTT topic");
  }
}
