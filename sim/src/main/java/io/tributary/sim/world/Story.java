package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.session.SessionLimits;
import io.tributary.sim.world.SimLink.LinkQuality;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a seed says about its world before anything happens: who is there, how large everything is, and what goes wrong
/// when.
///
/// Everything is small, so that what is rare in the field (a roll, a slice, a full window, a full disk) is usual here.
final class Story {
  static final int EDGES_MOST = 1_000;

  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;
  private static final List<String> CLASS_NAMES = List.of("normal", "alarm", "bulk");
  private static final int FAULTS_MOST = 14;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  private final List<EdgePlan> edges = new ArrayList<>();
  private final List<TopicSpec> topics = new ArrayList<>();
  private final Map<String, ClassPlan> classes = new LinkedHashMap<>();
  private final List<Mishap> mishaps = new ArrayList<>();
  private SessionLimits sessionLimits;
  private LinkQuality linkQuality;
  private long durationMs;
  private long lingerMs;
  private final long storeDelayMs;
  private final int windowBytes;
  private final int heartbeatMs;
  private long diskBytes;
  private final long hubRetentionIntervalMs;
  private final boolean isMetered;
  private boolean alarmsGoFirst;
  private boolean isSealing;
  private boolean isProducing;

  /// @param seed for everything that the edge draws itself
  record EdgePlan(String edgeId, List<String> topics, int readings, long seed) {}

  /// A class of all edges: its journal, and how large its readings are.
  record ClassPlan(
      String name,
      long segmentBytes,
      int groupBytes,
      int batchBytes,
      long quotaBytes,
      FullPolicy policy,
      Compression compression,
      long retentionMs,
      int valueBytesMost) {
    JournalConfig journal(UUID logId, int quotaFactor) {
      return new JournalConfig(
          logId,
          name,
          segmentBytes,
          groupBytes,
          batchBytes,
          quotaBytes * quotaFactor,
          policy,
          compression,
          retentionMs,
          Limits.edge(Math.max(batchBytes, Limits.BATCH_BYTES_LEAST)));
    }
  }

  /// @param plot what it is about
  /// @param given the mishaps, when they are not those that the seed draws
  Story(Plot plot, SplittableRandom random, @Nullable List<Mishap> given) {
    boolean isFat = chance(random, 12);
    durationMs = isFat ? 20_000 : 2_000 + random.nextInt(30_000);
    lingerMs = pick(random, 0, 2, 20, 250);
    storeDelayMs = pick(random, 0, 1, 5, 50);
    linkQuality =
        new LinkQuality(
            TimeUnit.MICROSECONDS.toNanos(pick(random, 50, 2_000, 30_000, 300_000)),
            TimeUnit.MICROSECONDS.toNanos(pick(random, 0, 500, 20_000)),
            isFat ? 4L * MIB : pick(random, 8 * KIB, 64 * KIB, MIB, 64 * MIB),
            pick(random, 7, 100, 1500, 65_536));
    isMetered = chance(random, 4);
    heartbeatMs = pick(random, 1_000, 2_000, 5_000);
    windowBytes = pick(random, 4 * KIB, 16 * KIB, 256 * KIB);
    diskBytes = chance(random, 3) ? 32L * MIB : 2L * MIB - 64 * KIB;
    planClasses(random, isFat);
    int batchBytesMost =
        classes.values().stream().mapToInt(ClassPlan::batchBytes).max().orElseThrow();
    sessionLimits =
        new SessionLimits(
            10_000,
            20_000,
            64,
            batchBytesMost,
            (long) batchBytesMost * pick(random, 1, 2, 8),
            500,
            10_000,
            pick(random, 500, 2_000),
            pick(random, 1_000, 5_000),
            pick(random, 500, 3_000));
    hubRetentionIntervalMs = pick(random, 1_000, 10_000);
    planTopics(random, isFat);
    planEdges(random, isFat);
    planMishaps(random);
    plot.shape(this, random);
    if (given != null) {
      mishaps.clear();
      mishaps.addAll(given);
    }
  }

  private void planClasses(SplittableRandom random, boolean isFat) {
    int count = 1 + random.nextInt(isFat ? 1 : 2);
    int first = random.nextInt(CLASS_NAMES.size());
    FullPolicy[] policies = FullPolicy.values();
    for (int i = 0; i < count; i++) {
      String name = CLASS_NAMES.get((first + i) % CLASS_NAMES.size());
      int batchBytes = isFat ? 32 * KIB : pick(random, KIB, 2 * KIB, 8 * KIB, 32 * KIB);
      classes.put(
          name,
          new ClassPlan(
              name,
              pick(random, 4 * KIB, 16 * KIB, 64 * KIB),
              batchBytes * pick(random, 1, 2, 4),
              batchBytes,
              isFat ? 2L * MIB : 64L * MIB,
              policies[random.nextInt(policies.length)],
              chance(random, 4) ? Compression.gzip() : Compression.none(),
              chance(random, 4) ? 5_000 : 0,
              isFat ? 24 * KIB : Math.min(batchBytes / 2, pick(random, 20, 200, 2_000))));
    }
  }

  private void planTopics(SplittableRandom random, boolean isFat) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Layout layout =
          random.nextBoolean()
              ? new Layout.PerEdge(1)
              : new Layout.Partitions(1 + random.nextInt(3));
      boolean isKeptShortly = chance(random, isFat ? 2 : 5);
      topics.add(
          new TopicSpec(
              "topic-" + i,
              layout,
              true,
              new TopicLimits(
                  isKeptShortly ? pick(random, 2_000, 10_000) : TopicLimits.UNLIMITED,
                  isKeptShortly && random.nextBoolean() ? 128 * KIB : TopicLimits.UNLIMITED,
                  64 * KIB,
                  64 * KIB)));
    }
  }

  private void planEdges(SplittableRandom random, boolean isFat) {
    int count = isFat ? 1 : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      List<String> filled = new ArrayList<>();
      for (TopicSpec topic : topics) {
        if (filled.isEmpty() || random.nextInt(3) > 0) {
          filled.add(topic.name());
        }
      }
      int readings = isFat ? 100 + random.nextInt(150) : 10 + random.nextInt(200);
      edges.add(new EdgePlan("edge-" + i, filled, readings, random.nextLong()));
    }
  }

  private void planMishaps(SplittableRandom random) {
    int weights = 0;
    for (Fault fault : Fault.values()) {
      weights += fault.weight();
    }
    int count = random.nextInt(FAULTS_MOST + 1);
    for (int i = 0; i < count; i++) {
      int drawn = random.nextInt(weights);
      for (Fault fault : Fault.values()) {
        drawn -= fault.weight();
        if (drawn < 0) {
          strikes(fault, random);
          break;
        }
      }
    }
  }

  // --- what a plot decides
  // ------------------------------------------------------------------------------------------

  /// Nothing goes wrong but what the plot says.
  void forgetMishaps() {
    mishaps.clear();
  }

  /// At some time, at some edge, for some time.
  void strikes(Fault fault, SplittableRandom random) {
    long forMs = 100 + random.nextLong(chance(random, 4) ? 20_000 : 3_000);
    strikes(fault, random.nextLong(durationMs), forMs, random);
  }

  void strikes(Fault fault, long atMs, long forMs, SplittableRandom random) {
    mishaps.add(new Mishap(atMs, fault, random.nextInt(edges.size()), forMs, random.nextLong()));
  }

  /// For how long devices read.
  void lasts(long ms) {
    durationMs = ms;
  }

  /// So many edges with so many readings each, of one topic that they share.
  void crowd(int count, int readings, SplittableRandom random) {
    topics.clear();
    topics.add(
        new TopicSpec(
            "topic-0",
            new Layout.Partitions(2),
            true,
            new TopicLimits(-1, -1, 256 * KIB, 64 * KIB)));
    edges.clear();
    for (int i = 0; i < count; i++) {
      edges.add(new EdgePlan("edge-" + i, List.of("topic-0"), readings, random.nextLong()));
    }
  }

  /// So many readings at each edge.
  void busy(int readings) {
    edges.replaceAll(plan -> new EdgePlan(plan.edgeId(), plan.topics(), readings, plan.seed()));
  }

  void lingers(long ms) {
    lingerMs = ms;
  }

  /// The same of every class: how much it may hold, and what it does then.
  void keeps(long quotaBytes, FullPolicy policy, int valueBytes) {
    classes.replaceAll((name, plan) -> {
      int batchBytes = Math.max(plan.batchBytes(), 2 * valueBytes);
      return new ClassPlan(
          name,
          Math.max(plan.segmentBytes(), 2L * batchBytes),
          Math.max(plan.groupBytes(), batchBytes),
          batchBytes,
          quotaBytes,
          policy,
          plan.compression(),
          plan.retentionMs(),
          valueBytes);
    });
    limitSessions();
  }

  /// Alarms and a backlog of large readings, over a link that takes a while for them.
  void alarmsBesideBulk() {
    classes.clear();
    topics.clear();
    for (String name : List.of("alarm", "bulk")) {
      int batchBytes = name.equals("alarm") ? 2 * KIB : 32 * KIB;
      classes.put(
          name,
          new ClassPlan(
              name,
              256 * KIB,
              2 * batchBytes,
              batchBytes,
              64L * MIB,
              FullPolicy.BLOCK,
              Compression.none(),
              0,
              batchBytes / 4));
      topics.add(
          new TopicSpec(
              topicOf(name),
              new Layout.PerEdge(1),
              true,
              new TopicLimits(-1, -1, 256 * KIB, 64 * KIB)));
    }
    edges.replaceAll(plan ->
        new EdgePlan(
            plan.edgeId(),
            List.of(topicOf("alarm"), topicOf("bulk")),
            plan.readings(),
            plan.seed()));
    linkQuality = new LinkQuality(TimeUnit.MILLISECONDS.toNanos(20), 0, 16 * KIB, 1500);
    alarmsGoFirst = true;
    limitSessions();
  }

  /// A topic whose name falls into that class.
  private String topicOf(String className) {
    int number = 0;
    while (!classOf("topic-" + number, List.of("alarm", "bulk")).equals(className)) {
      number++;
    }
    return "topic-" + number;
  }

  /// The hub keeps everything only shortly.
  void keptShortly(long retentionMs) {
    topics.replaceAll(spec ->
        new TopicSpec(
            spec.name(),
            spec.layout(),
            true,
            new TopicLimits(retentionMs, 128 * KIB, 64 * KIB, 64 * KIB)));
  }

  void roomyDisk() {
    diskBytes = 64L * MIB;
  }

  private void limitSessions() {
    int batchBytes = classes.values().stream().mapToInt(ClassPlan::batchBytes).max().orElseThrow();
    SessionLimits drawn = sessionLimits;
    sessionLimits =
        new SessionLimits(
            drawn.handshakeMs(),
            drawn.openMs(),
            drawn.streams(),
            batchBytes,
            Math.max(drawn.creditBytes(), batchBytes),
            drawn.heartbeatMsLeast(),
            drawn.heartbeatMsMost(),
            drawn.answerMs(),
            drawn.cloneRetryMs(),
            drawn.retryMs());
  }

  /// The class of a topic, the same at every edge.
  ClassPlan classOf(String topic) {
    return Objects.requireNonNull(classes.get(classOf(topic, List.copyOf(classes.keySet()))));
  }

  private static String classOf(String topic, List<String> names) {
    return names.get(Math.floorMod(topic.hashCode(), names.size()));
  }

  List<EdgePlan> edges() {
    return edges;
  }

  List<TopicSpec> topics() {
    return topics;
  }

  TopicSpec topic(String name) {
    return topics.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  Map<String, ClassPlan> classes() {
    return classes;
  }

  List<Mishap> mishaps() {
    return mishaps;
  }

  SessionLimits sessionLimits() {
    return sessionLimits;
  }

  LinkQuality linkQuality() {
    return linkQuality;
  }

  long durationMs() {
    return durationMs;
  }

  long lingerMs() {
    return lingerMs;
  }

  long storeDelayMs() {
    return storeDelayMs;
  }

  int windowBytes() {
    return windowBytes;
  }

  int heartbeatMs() {
    return heartbeatMs;
  }

  long diskBytes() {
    return diskBytes;
  }

  long hubRetentionIntervalMs() {
    return hubRetentionIntervalMs;
  }

  /// Whether the time is taken that alarms and the others need after an outage.
  boolean alarmsGoFirst() {
    return alarmsGoFirst;
  }

  /// Somebody resolves the forks.
  void sealsForks() {
    isSealing = true;
  }

  boolean isSealing() {
    return isSealing;
  }

  /// Kafka producers write at the hub.
  void produces() {
    isProducing = true;
  }

  boolean isProducing() {
    return isProducing;
  }

  boolean isMetered() {
    return isMetered;
  }

  static long daysMs(int days) {
    return days * DAY_MS;
  }

  static int pick(SplittableRandom random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  static boolean chance(SplittableRandom random, int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
