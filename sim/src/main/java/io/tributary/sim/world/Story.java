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
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// What a seed says about its world before anything happens: who is there, how large everything is, and what goes wrong
/// when.
///
/// Everything is small, so that what is rare in the field (a roll, a slice, a full window, a full disk) is usual here.
final class Story {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;
  private static final List<String> CLASS_NAMES = List.of("normal", "alarm", "bulk");
  private static final int FAULTS_MOST = 12;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  private final List<EdgePlan> edges = new ArrayList<>();
  private final List<TopicSpec> topics = new ArrayList<>();
  private final Map<String, ClassPlan> classes = new LinkedHashMap<>();
  private final List<Mishap> mishaps = new ArrayList<>();
  private final SessionLimits sessionLimits;
  private final LinkQuality linkQuality;
  private final long durationMs;
  private final long lingerMs;
  private final long storeDelayMs;
  private final int windowBytes;
  private final int heartbeatMs;
  private final long diskBytes;
  private final long hubRetentionIntervalMs;
  private final boolean isMetered;

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
    JournalConfig journal(UUID logId) {
      return new JournalConfig(
          logId,
          name,
          segmentBytes,
          groupBytes,
          batchBytes,
          quotaBytes,
          policy,
          compression,
          retentionMs,
          Limits.edge(Math.max(batchBytes, Limits.BATCH_BYTES_LEAST)));
    }
  }

  /// A fault that strikes at its time, for a while.
  record Mishap(long atMs, Fault fault, int edge, long forMs) {}

  Story(SplittableRandom random) {
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
          mishaps.add(
              new Mishap(
                  random.nextLong(durationMs),
                  fault,
                  random.nextInt(edges.size()),
                  100 + random.nextLong(chance(random, 4) ? 20_000 : 3_000)));
          break;
        }
      }
    }
  }

  /// The class of a topic, the same at every edge.
  ClassPlan classOf(String topic) {
    List<ClassPlan> all = List.copyOf(classes.values());
    return all.get(Math.floorMod(topic.hashCode(), all.size()));
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
