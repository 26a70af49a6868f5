package io.tributary.store.log;

import io.tributary.agent.Agent;
import io.tributary.log.PartitionLog;
import io.tributary.log.StreamPosition;
import io.tributary.store.Subscription;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The duty cycle of the store's thread: a group commit if something waits, else one piece of
/// housekeeping.
final class StoreAgent implements Agent {
  private static final Logger LOG = System.getLogger(StoreAgent.class.getName());

  private final LogStoreConfig config;
  private final InstantSource clock;
  private final CommandQueue queue;
  private final Catalog catalog;
  private final Registry registry;
  private final Forcers forcers;
  private final GroupCommit groupCommit;

  /// Partitions that were not looked into since the start, each with its streams. It is done while
  /// nothing else is to do, so that status and retention soon cover them all.
  private final ArrayDeque<Unseen> unseen = new ArrayDeque<>();

  private record Unseen(LogPartition partition, List<LogStream> streams) {}

  private final CopyOnWriteArrayList<Consumer<TopicStatus>> deletionListeners =
      new CopyOnWriteArrayList<>();

  /// Whose trouble is that retention failed. Any other trouble ends with the next write that succeeds, which an idle
  /// retention is not.
  private final Set<LogPartition> unretained = new HashSet<>();

  private long retainedAtMs;
  private boolean closed;

  StoreAgent(
      LogStoreConfig config,
      InstantSource clock,
      CommandQueue queue,
      Catalog catalog,
      GapsLog gaps,
      Forcers forcers,
      Registry registry) {
    this.config = config;
    this.clock = clock;
    this.queue = queue;
    this.catalog = catalog;
    this.registry = registry;
    this.forcers = forcers;
    this.groupCommit =
        new GroupCommit(catalog, gaps, forcers, new Alterations(catalog, gaps, this::deleted));
    this.retainedAtMs = clock.millis();
    Map<LogPartition, List<LogStream>> streams =
        catalog.streams().stream().collect(Collectors.groupingBy(LogStream::partition));
    for (LogTopic topic : catalog.topics()) {
      for (LogPartition partition : topic.partitions()) {
        unseen.add(new Unseen(partition, streams.getOrDefault(partition, List.of())));
      }
    }
  }

  @Override
  public String name() {
    return "store";
  }

  long forces() {
    return groupCommit.forces();
  }

  long storedBytes() {
    return groupCommit.storedBytes();
  }

  @Override
  public int doWork(long nowNanos) {
    List<Command> group = queue.take(config.groupBytes());
    if (!group.isEmpty()) {
      commit(group);
    }
    return group.size() + retain() + removeSome() + (group.isEmpty() ? lookIntoSome() : 0);
  }

  /// See `Store.subscribeDeletions`.
  Subscription subscribeDeletions(Consumer<TopicStatus> deleted) {
    Consumer<TopicStatus> own = topic -> deleted.accept(topic);
    deletionListeners.add(own);
    return () -> deletionListeners.remove(own);
  }

  private void deleted(TopicStatus topic) {
    deletionListeners.forEach(listener -> Replies.quietly(() -> listener.accept(topic)));
  }

  private int removeSome() {
    return catalog.removals().step(clock.millis(), name -> catalog.topic(name) != null);
  }

  private void commit(List<Command> group) {
    try {
      groupCommit.run(group, clock.millis());
    } finally {
      queue.settled(group);
    }
  }

  private int retain() {
    long nowMs = clock.millis();
    // A clock that was set back must not stop retention until it has caught up.
    if (nowMs - retainedAtMs < config.retentionIntervalMs() && nowMs >= retainedAtMs) {
      return 0;
    }
    retainedAtMs = nowMs;
    int changed = 0;
    for (LogTopic topic : catalog.topics()) {
      for (LogPartition partition : topic.partitions()) {
        changed += retain(partition, nowMs) ? 1 : 0;
      }
    }
    return changed;
  }

  private boolean retain(LogPartition partition, long nowMs) {
    PartitionLog log = partition.ifOpen();
    if (log == null || partition.hasFailed()) {
      return false;
    }
    try {
      boolean changed = log.retain(nowMs);
      if (unretained.remove(partition)) {
        partition.untroubled();
      }
      if (changed) {
        partition.advanced();
      }
      return changed;
    } catch (IOException e) {
      unretained.add(partition);
      partition.troubled(Refusals.of(partition.toString(), e));
      LOG.log(Level.WARNING, "retention failed in " + partition, e);
      return false;
    }
  }

  private int lookIntoSome() {
    List<Unseen> some = new ArrayList<>();
    while (some.size() <= Forcers.THREADS && !unseen.isEmpty()) {
      some.add(unseen.remove());
    }
    if (some.isEmpty()) {
      return 0;
    }
    forcers.run(some.stream().map(next -> (Runnable) next.partition()::openIfPresent).toList());
    for (Unseen next : some) {
      PartitionLog log = next.partition().ifOpen();
      boolean known = log != null || next.partition().trouble() == null;
      for (LogStream stream : known ? next.streams() : List.<LogStream>of()) {
        StreamPosition position = log == null ? null : log.position(stream.spec().streamId());
        stream.reached(position == null ? 0 : Math.max(0, position.next()));
      }
    }
    return some.size();
  }

  @Override
  public void onClose() {
    if (closed) {
      return;
    }
    closed = true;
    for (List<Command> group = queue.take(config.groupBytes());
        !group.isEmpty();
        group = queue.take(config.groupBytes())) {
      commit(group);
    }
    for (LogTopic topic : catalog.topics()) {
      for (LogPartition partition : topic.partitions()) {
        close(partition::close, partition.toString());
      }
    }
    close(registry, "registry");
    forcers.close();
  }

  private static void close(AutoCloseable log, String name) {
    try {
      log.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, name + " did not close cleanly; it will be recovered", e);
    }
  }
}
