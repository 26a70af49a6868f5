package io.tributary.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.agent.Agent;
import io.tributary.agent.Health;
import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordRefused;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.Engine;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.StartAt;
import io.tributary.smartmodule.Transform;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.StoreProbe;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// A store and pipelines without threads over a disk that may die, turned by the test; its clock is the test's.
final class World implements AutoCloseable {
  private static final Engine ENGINE = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration STEP = Duration.ofMillis(200);

  private final MortalDisk disk = new MortalDisk();
  private final UUID hubId = new UUID(1, 2);
  private PipelineLimits limits = PipelineLimits.DEFAULT;
  private List<PipelineSpec> specs = List.of();
  private long nowNanos = 1_000_000_000_000L;
  private long ids;
  private LogStore store;
  private Pipelines pipelines;

  World() throws IOException {
    store = openStore();
    pipelines = Pipelines.open(store, specs, limits, this::now);
  }

  private Instant now() {
    return Instant.ofEpochSecond(1_800_000_000L).plusNanos(nowNanos);
  }

  private LogStore openStore() throws IOException {
    LogStoreConfig config = LogStoreConfig.of(hubId).withRetentionIntervalMs(1000);
    // Ids go on behind a death, so that no two topics have the same.
    return LogStore.open(disk, config, this::now, () -> new UUID(9, ++ids));
  }

  MortalDisk disk() {
    return disk;
  }

  LogStore store() {
    return store;
  }

  StoreProbe probe() {
    return new StoreProbe(store);
  }

  void configure(PipelineLimits bounds, PipelineSpec... all) throws IOException {
    limits = bounds;
    specs = List.of(all);
    pipelines = Pipelines.open(store, specs, limits, this::now);
  }

  void configure(PipelineSpec... all) throws IOException {
    configure(limits, all);
  }

  /// The hub is started over what lies on the disk; what ran before is never heard of again.
  void restart() throws IOException {
    store = openStore();
    pipelines = Pipelines.open(store, specs, limits, this::now);
  }

  /// The hub ends in order, and is started again.
  void end() throws Exception {
    for (Agent agent : pipelines.agents()) {
      agent.onClose();
    }
    store.close();
    restart();
  }

  void advance(Duration time) {
    nowNanos += time.toNanos();
  }

  /// Lets everything happen, until nothing has for some seconds.
  void settle() {
    Duration quiet = Duration.ZERO;
    while (quiet.compareTo(QUIET) < 0) {
      if (turn() > 0) {
        quiet = Duration.ZERO;
      }
      nowNanos += STEP.toNanos();
      quiet = quiet.plus(STEP);
    }
  }

  /// One turn of each.
  int turn() {
    try {
      int work = 0;
      for (Agent agent : pipelines.agents()) {
        work += agent.doWork(nowNanos);
      }
      return work + store.agent().doWork(nowNanos) + store.cleaner().doWork(nowNanos);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  PipelineStatus status(String name) {
    return Objects.requireNonNull(pipelines.status(name));
  }

  /// What stands still, in words; empty: nothing.
  String standstills() {
    return Health.of(pipelines.vitals(), nowNanos).standstills().toString();
  }

  String order(String name, PipelineOrder order) throws StoreRefused {
    CompletableFuture<String> reply = Objects.requireNonNull(pipelines.order(name, order));
    settle();
    return probe().await(reply);
  }

  void create(String topic, int partitions) throws StoreRefused {
    create(topic, partitions, TopicLimits.DEFAULT);
  }

  void create(String topic, int partitions, TopicLimits bounds) throws StoreRefused {
    store.createTopic(new TopicSpec(topic, new Layout.Partitions(partitions), false, bounds));
  }

  /// Appends one batch with these values; the key of each is its value's length.
  void produce(String topic, int partition, String... values) throws StoreRefused {
    produce(topic, partition, Compression.none(), List.of(values));
  }

  void produce(String topic, int partition, Compression compression, List<String> values)
      throws StoreRefused {
    BatchBuilder builder = new BatchBuilder(compression, Limits.produced(64 << 20));
    try {
      for (String value : values) {
        byte[] key = ("k" + value.length()).getBytes(UTF_8);
        Record record =
            new Record(
                1_700_000_000_000L + builder.count(),
                key,
                value.getBytes(UTF_8),
                List.of(new io.tributary.record.Header("edge", "e1".getBytes(UTF_8))));
        if (!builder.tryAppend(record)) {
          throw new AssertionError("too much");
        }
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    ByteBuffer batch = PipelineLog.copy(builder.build(0, -1, (short) -1, -1));
    CompletableFuture<Long> answer = probe().beginProduce(topic, partition, batch);
    while (!answer.isDone()) {
      turn();
    }
    probe().await(answer);
  }

  /// The values of a partition.
  List<String> values(String topic, int partition) throws Exception {
    List<String> values = new ArrayList<>();
    for (StoreProbe.Placed placed : probe().read(topic, partition)) {
      values.add(new String(Objects.requireNonNull(placed.record().value()), UTF_8));
    }
    return values;
  }

  static Transform transform(String guest, Map<String, String> params) {
    return transform(guest, params, Budget.DEFAULT);
  }

  /// A guest that fails on what does not fit into its output.
  static Transform narrow(String guest, int outputBytes) {
    Budget all = Budget.DEFAULT;
    return transform(
        guest,
        Map.of(),
        new Budget(all.memoryBytes(), all.timeNanos(), outputBytes, all.outputRecords()));
  }

  private static Transform transform(String guest, Map<String, String> params, Budget budget) {
    try (InputStream in = World.class.getResourceAsStream(guest + ".wasm")) {
      return new Transform(
          ENGINE.load(guest, Objects.requireNonNull(in).readAllBytes()), params, null, budget);
    } catch (IOException | SmartModuleRefused e) {
      throw new AssertionError(e);
    }
  }

  static ChainPlan chain(ErrorPolicy policy, Transform... transforms) {
    return new ChainPlan(ENGINE, List.of(transforms), policy);
  }

  static PipelineSpec pipeline(String name, String from, StartAt start, ChainPlan plan) {
    String letters = plan.policy() == ErrorPolicy.DEAD_LETTER ? name + ".dead-letters" : null;
    return new PipelineSpec(name, from, name, start, plan, letters, TopicLimits.DEFAULT);
  }

  @Override
  public void close() {
    store.close();
  }
}
