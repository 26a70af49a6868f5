package io.tributary.core;

import io.tributary.log.FileDisk;
import io.tributary.session.BatchCheck;
import io.tributary.session.IntakeConfig;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A desk over a real store on real files, turned by the test: one thread, its own clock.
final class TestHub implements AutoCloseable {
  static final TopicSpec ANY =
      new TopicSpec("any", new Layout.Partitions(2), true, TopicLimits.DEFAULT);

  private final UUID hubId = new UUID(1, 2);
  private final Path directory;
  private final BatchCheck check = new BatchCheck();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private long nowNanos = 1_000_000_000_000L;
  private LogStore store;
  private IntakeDesk desk;
  private DeskLimits limits = DeskLimits.DEFAULT;
  private @Nullable TopicSpec pattern = ANY;
  private LogStoreConfig config = LogStoreConfig.of(hubId);

  TestHub() throws IOException {
    directory = Files.createTempDirectory("core");
    store = openStore();
    desk = openDesk();
  }

  /// The hub is started again, over the same files.
  void restart() throws IOException {
    store.close();
    store = openStore();
    desk = openDesk();
    settle();
  }

  void restart(DeskLimits newLimits, @Nullable TopicSpec newPattern) throws IOException {
    limits = newLimits;
    pattern = newPattern;
    restart();
  }

  void restartWithQueue(int commands) throws IOException {
    config = config.withQueue(commands, 1 << 30);
    restart();
  }

  private LogStore openStore() throws IOException {
    return LogStore.open(
        new FileDisk(directory),
        config,
        () -> Instant.ofEpochSecond(1_800_000_000L).plusNanos(nowNanos),
        UUID::randomUUID);
  }

  private IntakeDesk openDesk() {
    return new IntakeDesk(
        store,
        new TopicRules(List.of(), pattern),
        IntakeConfig.of(hubId),
        limits,
        () -> Instant.ofEpochSecond(1_800_000_000L).plusNanos(nowNanos),
        () -> nowNanos);
  }

  /// Where the store's files lie.
  Path directory() {
    return directory;
  }

  LogStore store() {
    return store;
  }

  IntakeDesk desk() {
    return desk;
  }

  /// A new connection, whose certificate proves `names` (null: it has none).
  TestEdge dial(String edgeId, UUID runId, @Nullable List<String> names) {
    TestEdge edge = new TestEdge(edgeId, runId, names, tasks);
    edge.connected(desk.connect(edge, check));
    return edge;
  }

  /// Runs what is due on the connections' threads, but not the store.
  void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /// Lets everything happen that can happen without time going by.
  void settle() {
    int done;
    do {
      runTasks();
      done = turnStore();
    } while (done > 0 || !tasks.isEmpty());
  }

  private int turnStore() {
    try {
      return store.agent().doWork(nowNanos);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  long nowNanos() {
    return nowNanos;
  }

  void advance(Duration time) {
    nowNanos += time.toNanos();
  }

  @Override
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
