package io.tributary.sim.audit;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// A hub and an edge with a topic of each layout. Each round:
///
/// ```
///  readings ─▶ hub stops ─▶ damage ─▶ hub that does not scrub ─▶ audit, deep audit: names the damage
///                                  └▶ hub that scrubs at once ─▶ healed or told ─▶ audit: names what is absent
/// ```
///
/// A hub that does not scrub: one that reads 1 KiB a second. It begins with one step of 256 KiB, so
/// damage is done behind [#LEFT_ALONE_BYTES] of each topic only. Nor to a topic's last batch: a hub that
/// lost it takes it from the edge as it would take the next one.
final class AuditTrial implements AutoCloseable {
  static final String EDGE = "audited-edge";

  private static final List<String> TOPICS = List.of("shared", "own");
  private static final long LEFT_ALONE_BYTES = 512L * 1024;
  private static final int PADDED_BYTES = 4_096;

  /// Readings, padded, that fill some.
  private static final int SOME_FILES = (int) (LEFT_ALONE_BYTES / PADDED_BYTES) + 1;

  private static final int QOS = 2;
  private static final int WINDOW = 100;
  private static final int DAMAGES_MOST = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MORE =
      """
      audit: never
      scrub: {rate: %s, rest: %s}
      topics:
        shared: {partitions: 1, segment-bytes: 128KiB}
        own: {layout: per-edge, segment-bytes: 128KiB}
      """;

  private final Plant plant;
  private final SplittableRandom random;

  /// Which kinds of damage a round has hangs on the seed alone, and not on how the readings came to lie in batches.
  private final SplittableRandom kinds;

  private final Consumer<String> progress;
  private final Path data;
  private final HubPlan still;
  private final HubPlan scrubbing;
  private final Plant.Edge edge;
  private final Map<String, Publisher> devices = new LinkedHashMap<>();
  private final Map<String, Long> published = new LinkedHashMap<>();
  private final Set<Range> absent = new HashSet<>();
  private final Map<String, Set<Long>> removedSeqs = new LinkedHashMap<>();
  private final Findings findings = new Findings();
  private Plant.Hub hub;

  /// Starts the programs, and publishes what is left alone.
  ///
  /// @param progress told in words what is done
  AuditTrial(Plant plant, long seed, Consumer<String> progress)
      throws IOException, InterruptedException, MqttException {
    this.plant = plant;
    this.random = new SplittableRandom(seed);
    this.kinds = random.split();
    this.progress = progress;
    HubPlan plan = HubPlan.of(plant, "");
    this.data = plan.dataDirectory();
    this.still = plan.more(MORE.formatted("1KiB", "365d"));
    this.scrubbing = plan.more(MORE.formatted("1GiB", "500ms"));
    this.hub = start(still);
    EdgePlan edgePlan = EdgePlan.of(plant, EDGE, hub.mirror());
    for (String topic : TOPICS) {
      edgePlan =
          edgePlan.mapping(
              "{filter: %s, topic: %s, timestamp: \"json:ts\"}".formatted(topic, topic));
    }
    this.edge = plant.unstartedEdge(edgePlan.more("journal: {batch-bytes: 8KiB}\n"));
    edge.program().start();
    plant.awaitReady(edge);
    for (String topic : TOPICS) {
      Ledger.Recorder recorder = new Ledger.Recorder(ledger(topic), topic, topic, QOS);
      devices.put(topic, new Publisher(edge.mqtt(), topic, topic, QOS, WINDOW, recorder));
      published.put(topic, 0L);
      removedSeqs.put(topic, new HashSet<>());
    }
    publish(SOME_FILES, PADDED_BYTES);
  }

  private Path ledger(String topic) {
    return plant.directory().resolve(topic + ".ledger");
  }

  private Plant.Hub start(HubPlan plan) throws IOException, InterruptedException {
    Plant.Hub started = plant.unstartedHub(plan);
    started.program().start();
    plant.awaitReady(started);
    return started;
  }

  private void restart(HubPlan plan) throws IOException, InterruptedException {
    hub.program().terminate();
    hub = start(plan);
  }

  /// One round. What is removed stays absent, and the audit names it ever after; so removals wait until
  /// others have shown that a stream is whole again.
  ///
  /// @param readings for each topic
  /// @param removes whether batches may be removed
  void round(int number, int readings, boolean removes)
      throws IOException, InterruptedException, MqttException {
    publish(readings, 0);
    hub.program().terminate();
    List<Range> flipped = new ArrayList<>();
    List<Range> removed = new ArrayList<>();
    damage(kinds.nextInt(removes ? 4 : 2), flipped, removed);
    findings.round(flipped.size(), removed.size());
    absent.addAll(removed);
    Set<Range> expected = new HashSet<>(absent);
    expected.addAll(flipped);
    String when = "round " + number;
    progress.accept(
        when + ": " + (flipped.size() + removed.size()) + " damages: " + flipped + removed);

    hub = start(still);
    findings.audited(when + ", damaged", Answer.of(EDGE, hub.http(), false), expected, published);
    findings.audited(
        when + ", damaged, deep", Answer.of(EDGE, hub.http(), true), expected, published);

    restart(scrubbing);
    long lost = absent.stream().mapToLong(Range::count).sum();
    JsonObject scrub = awaitScrubbed(flipped.size(), lost);
    findings.healed(flipped.size(), when, scrub.getLong("healedBatches"));
    findings.audited(when + ", healed", Answer.of(EDGE, hub.http(), false), absent, published);
    findings.told(when, ToldGaps.read(hub.kafka()), absent);
  }

  /// A whole file of each topic is deleted: the audit names it, and all of it comes back from the edge.
  void loseFiles() throws IOException, InterruptedException, MqttException {
    publish(SOME_FILES, PADDED_BYTES);
    hub.program().terminate();
    List<TopicFiles.Gone> gone = new ArrayList<>();
    for (String topic : TOPICS) {
      TopicFiles.Gone file =
          TopicFiles.read(data, topic, LEFT_ALONE_BYTES).removeFile(random, standing(topic));
      if (file != null) {
        gone.add(file);
      }
    }
    findings.lostFiles(gone.size());
    Set<Range> expected = new HashSet<>(absent);
    gone.forEach(file -> expected.add(file.range()));
    progress.accept("files that are gone: " + gone);

    hub = start(still);
    findings.audited("files gone", Answer.of(EDGE, hub.http(), false), expected, published);
    restart(scrubbing);
    int batches = gone.stream().mapToInt(TopicFiles.Gone::batches).sum();
    JsonObject scrub = awaitScrubbed(batches, absent.stream().mapToLong(Range::count).sum());
    findings.healed(batches, "files gone", scrub.getLong("healedBatches"));
    findings.audited("files back", Answer.of(EDGE, hub.http(), true), absent, published);
    findings.told("files back", ToldGaps.read(hub.kafka()), absent);
  }

  /// @param kind which kinds of damage: none, flips, removals, both
  private void damage(int kind, List<Range> flipped, List<Range> removed) throws IOException {
    boolean flips = (kind & 1) != 0;
    boolean removes = (kind & 2) != 0;
    int most = kind == 0 ? 0 : Integer.bitCount(kind) + kinds.nextInt(DAMAGES_MOST);
    for (String topic : TOPICS) {
      TopicFiles files = TopicFiles.read(data, topic, LEFT_ALONE_BYTES);
      List<TopicFiles.Batch> hit = standing(topic);
      List<TopicFiles.Batch> toRemove = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        boolean isRemoved = removes && (!flips || i % 2 == 0);
        TopicFiles.Batch batch = files.choose(random, hit, !isRemoved);
        if (batch == null) {
          continue;
        }
        hit.add(batch);
        if (isRemoved) {
          toRemove.add(batch);
        } else {
          flipped.add(files.flip(batch, random));
        }
      }
      toRemove.sort((a, b) -> Long.compare(b.from(), a.from()));
      for (TopicFiles.Batch batch : toRemove) {
        removed.add(files.remove(batch));
        removedSeqs.getOrDefault(topic, new HashSet<>()).addAll(batch.seqs());
      }
    }
  }

  /// What is absent already: no damage is done beside it, so that each range stays one of its own.
  private List<TopicFiles.Batch> standing(String topic) {
    List<TopicFiles.Batch> batches = new ArrayList<>();
    for (Range range : absent) {
      if (range.topic().equals(topic)) {
        batches.add(new TopicFiles.Batch(data, 0, 0, range.from(), range.to(), List.of()));
      }
    }
    return batches;
  }

  private JsonObject awaitScrubbed(long healedBatches, long lostRecords)
      throws IOException, InterruptedException {
    try {
      return await(
              "scrubbed",
              status -> {
                JsonObject scrub = status.getObject("scrub");
                return scrub.getLong("rounds") > 1
                    && scrub.getLong("healedBatches") >= healedBatches
                    && scrub.getLong("lostRecords") >= lostRecords;
              })
          .getObject("scrub");
    } catch (IOException late) {
      if (!hub.program().isAlive()) {
        throw late;
      }
      JsonObject status = Plant.status(hub.http());
      return status == null ? new JsonObject() : status.getObject("scrub");
    }
  }

  /// Publishes to each topic, and waits until the hub has all of it.
  private void publish(int readings, int padBytes)
      throws IOException, InterruptedException, MqttException {
    for (Map.Entry<String, Publisher> each : devices.entrySet()) {
      long from = published.getOrDefault(each.getKey(), 0L);
      for (long seq = from; seq < from + readings; seq++) {
        each.getValue()
            .publish(
                seq,
                "{\"seq\":%d,\"ts\":%d,\"pad\":\"%s\"}"
                    .formatted(seq, System.currentTimeMillis(), "x".repeat(padBytes)));
      }
      if (!each.getValue().settle(PATIENCE)) {
        throw new IOException("not everything was acknowledged by the edge: " + each.getKey());
      }
      published.put(each.getKey(), from + readings);
    }
    await(
        "at the end of what the edge has",
        status ->
            TOPICS.stream()
                .allMatch(topic -> next(status, topic) == published.getOrDefault(topic, 0L)));
  }

  private static long next(JsonObject status, String topic) {
    long next = 0;
    for (Object each : status.getArray("edges", new JsonArray())) {
      for (Object one : ((JsonObject) each).getArray("streams", new JsonArray())) {
        JsonObject stream = (JsonObject) one;
        next += stream.getString("topic").equals(topic) ? stream.getLong("next") : 0;
      }
    }
    return next;
  }

  private JsonObject await(String what, Predicate<JsonObject> condition)
      throws IOException, InterruptedException {
    @Nullable JsonObject[] seen = new JsonObject[1];
    hub.program()
        .awaitUntil(
            what,
            PATIENCE,
            () -> {
              JsonObject status = Plant.status(hub.http());
              seen[0] = status;
              return status != null && condition.test(status);
            });
    JsonObject status = seen[0];
    if (status == null) {
      throw new IllegalStateException("a condition holds of no status");
    }
    return status;
  }

  Findings findings() {
    return findings;
  }

  /// Readings of which no bytes are left, as the removed batches told them.
  long removedReadings() {
    return removedSeqs.values().stream().mapToLong(Set::size).sum();
  }

  /// Reads all topics with Kafka's own client. What was removed is not expected: that `_gaps` tells it is
  /// judged by the rounds.
  Verdict verdict() throws IOException {
    close();
    List<Ledger> ledgers = new ArrayList<>();
    for (String topic : TOPICS) {
      Ledger all = Ledger.read(ledger(topic));
      LongPredicate isGone = removedSeqs.getOrDefault(topic, Set.of())::contains;
      Map<Long, String> acked = new LinkedHashMap<>(all.acked());
      acked.keySet().removeIf(isGone::test);
      ledgers.add(new Ledger(all.key(), all.qos(), acked, all.again()));
    }
    Verdict verdict = new Verdict(ledgers);
    for (String topic : TOPICS) {
      try (HubReader reader = new HubReader(hub.kafka(), topic)) {
        reader.readTopic(verdict, topic, PATIENCE);
      }
    }
    return verdict;
  }

  @Override
  public void close() throws IOException {
    for (Publisher device : devices.values()) {
      device.close();
    }
  }
}
