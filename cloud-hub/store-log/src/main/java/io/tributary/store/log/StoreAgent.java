package io.tributary.store.log;

import io.tributary.agent.Agent;
import io.tributary.log.PartitionLog;
import io.tributary.log.StreamPosition;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;

/// The duty cycle of the store's thread: a group commit if something waits, else one piece of
/// housekeeping.
final class StoreAgent implements Agent {
  private static final Logger LOG = System.getLogger(StoreAgent.class.getName());

  private final LogStoreConfig config;
  private final InstantSource clock;
  private final CommandQueue queue;
  private final Catalog catalog;
  private final Registry registry;
  private final GroupCommit groupCommit;

  /// Streams whose partition was not looked into since the start. It is done while nothing else is
  /// to do, so that status and retention soon cover them all.
  private final ArrayDeque<LogStream> unread = new ArrayDeque<>();

  private long retainedAtMs;
  private boolean closed;

  StoreAgent(
      LogStoreConfig config,
      InstantSource clock,
      CommandQueue queue,
      Catalog catalog,
      GapsLog gaps,
      Registry registry) {
    this.config = config;
    this.clock = clock;
    this.queue = queue;
    this.catalog = catalog;
    this.registry = registry;
    this.groupCommit = new GroupCommit(catalog, gaps);
    this.retainedAtMs = clock.millis();
    unread.addAll(catalog.streams());
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
    return group.size() + retain() + (group.isEmpty() ? readOne() : 0);
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
        PartitionLog log = partition.ifOpen();
        try {
          changed += log != null && log.retain(nowMs) ? 1 : 0;
        } catch (IOException e) {
          LOG.log(Level.WARNING, "retention failed in " + partition, e);
        }
      }
    }
    return changed;
  }

  private int readOne() {
    LogStream stream = unread.poll();
    if (stream == null) {
      return 0;
    }
    try {
      PartitionLog log = stream.partition().ifPresent();
      StreamPosition position = log == null ? null : log.position(stream.spec().streamId());
      stream.reached(position == null ? 0 : Math.max(0, position.next()));
    } catch (IOException e) { // status says so as well, until the partition could be opened
      LOG.log(Level.WARNING, stream.partition() + " cannot be opened", e);
    }
    return 1;
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
  }

  private static void close(AutoCloseable log, String name) {
    try {
      log.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, name + " did not close cleanly; it will be recovered", e);
    }
  }
}
