package io.tributary.store.log;

import io.tributary.agent.Agent;
import io.tributary.agent.AgentRunner;
import io.tributary.log.Disk;
import io.tributary.log.PartitionLog;
import io.tributary.record.Gap;
import io.tributary.store.AppendReply;
import io.tributary.store.Finding;
import io.tributary.store.GapEntry;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StoreStatus;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.Subscription;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The embedded store: partition logs of our own on one disk, written by one thread
/// and forced by several.
///
/// ```
/// any thread ──append──▶ CommandQueue ──▶ StoreAgent ──▶ PartitionLog, PartitionLog, …
///                                            │             (one force each a group, by Forcers)
///                                            ├──▶ Registry (a journal), GapsLog
///                                            └──▶ answers, listeners
/// any thread ──read──────────────────────────────────▶ PartitionLog
/// Cleaner ──compacts─────────────────────────────────▶ PartitionLog
/// ```
///
/// A simulator drives it without a thread: it never calls `start` and calls `agent().doWork` itself.
public final class LogStore implements Store {
  /// How long the caller waits for a topic to be created or changed; a disk that takes longer is in
  /// deep trouble.
  private static final long TOPIC_TIMEOUT_SECONDS = 30;

  private final Disk disk;
  private final Registry registry;
  private final Catalog catalog;
  private final CommandQueue queue;
  private final StoreAgent agent;
  private final Cleaner cleaner;
  private final Forcers forcers;
  private volatile @Nullable AgentRunner runner;
  private volatile @Nullable AgentRunner cleaning;

  private LogStore(
      Disk disk,
      Registry registry,
      Catalog catalog,
      CommandQueue queue,
      StoreAgent agent,
      Cleaner cleaner,
      Forcers forcers) {
    this.cleaner = cleaner;
    this.forcers = forcers;
    this.disk = disk;
    this.registry = registry;
    this.catalog = catalog;
    this.queue = queue;
    this.agent = agent;
  }

  /// Opens what is on the disk; no thread runs yet.
  ///
  /// @param newIds gives random ids to new topics
  public static LogStore open(
      Disk disk, LogStoreConfig config, InstantSource clock, Supplier<UUID> newIds)
      throws IOException {
    Registry registry = Registry.open(disk, config.hubId(), clock.millis());
    try {
      Catalog catalog = new Catalog(disk, config, clock, newIds, registry);
      catalog.load();
      GapsLog gaps = openGaps(catalog, clock.millis());
      Forcers forcers = new Forcers();
      CommandQueue queue = new CommandQueue(config.queueCommands(), config.queueBytes());
      StoreAgent agent = new StoreAgent(config, clock, queue, catalog, gaps, forcers, registry);
      Cleaner cleaner = new Cleaner(catalog, clock, config.retentionIntervalMs());
      return new LogStore(disk, registry, catalog, queue, agent, cleaner, forcers);
    } catch (IOException | RuntimeException e) {
      try (registry) {
        throw e;
      }
    }
  }

  private static GapsLog openGaps(Catalog catalog, long nowMs) throws IOException {
    try {
      LogTopic topic = catalog.topic(GapEntry.TOPIC);
      if (topic == null) {
        topic = catalog.createTopic(Catalog.gapsTopic());
        catalog.commit(nowMs);
      }
      GapsLog gaps = new GapsLog(topic.partitions()[0]);
      gaps.replay((entry, offset) -> {
        LogStream stream = catalog.stream(entry.streamId());
        // What was told of a deleted topic does not count for the one that has its name now.
        if (stream != null && offset >= catalog.removals().gapsEnd(entry.topic())) {
          stream.gapTold(entry.gap());
        }
      });
      return gaps;
    } catch (StoreRefused e) {
      throw new IOException("the topic " + GapEntry.TOPIC + " cannot be created", e);
    }
  }

  /// Starts the store's threads.
  ///
  /// @param onBug called on one of them with an `Error`; the process should end
  public LogStore start(Consumer<Throwable> onBug) {
    forcers.start(onBug);
    runner = new AgentRunner(new StoreThread(agent, queue), onBug).start();
    cleaning = new AgentRunner(cleaner, onBug).start();
    return this;
  }

  /// The store's duty cycle, for whoever drives it without a thread.
  public Agent agent() {
    return agent;
  }

  /// The duty cycle of what compacts, for whoever drives it without a thread.
  public Agent cleaner() {
    return cleaner;
  }

  /// The store's thread, for the health check; null before `start`.
  public @Nullable AgentRunner runner() {
    return runner;
  }

  @Override
  public Collection<TopicStatus> topics() {
    return catalog.topics().stream().map(LogTopic::status).toList();
  }

  @Override
  public @Nullable TopicStatus topic(String name) {
    LogTopic topic = catalog.topic(name);
    return topic == null ? null : topic.status();
  }

  @Override
  public TopicStatus createTopic(TopicSpec spec) throws StoreRefused {
    CompletableFuture<TopicStatus> reply = new CompletableFuture<>();
    TopicCreated created =
        new TopicCreated() {
          @Override
          public void created(TopicStatus topic) {
            reply.complete(topic);
          }

          @Override
          public void refused(StoreRefused why) {
            reply.completeExceptionally(why);
          }
        };
    return await(new Command.CreateTopic(spec, created), reply);
  }

  @Override
  public void createTopic(TopicSpec spec, TopicCreated reply) {
    submit(new Command.CreateTopic(spec, reply));
  }

  @Override
  public TopicStatus changeLimits(String topic, TopicLimits limits) throws StoreRefused {
    CompletableFuture<TopicStatus> reply = new CompletableFuture<>();
    TopicChanged changed =
        new TopicChanged() {
          @Override
          public void changed(TopicStatus now) {
            reply.complete(now);
          }

          @Override
          public void refused(StoreRefused why) {
            reply.completeExceptionally(why);
          }
        };
    return await(new Command.ChangeLimits(topic, before -> limits, changed), reply);
  }

  @Override
  public void changeLimits(String topic, UnaryOperator<TopicLimits> change, TopicChanged reply) {
    submit(new Command.ChangeLimits(topic, change, reply));
  }

  @Override
  public void createPartitions(String topic, int count, TopicChanged reply) {
    submit(new Command.CreatePartitions(topic, count, reply));
  }

  @Override
  public void deleteRecords(String topic, int partition, long offset, RecordsDeleted reply) {
    submit(new Command.DeleteRecords(topic, partition, offset, reply));
  }

  private TopicStatus await(Command command, CompletableFuture<TopicStatus> reply)
      throws StoreRefused {
    AgentRunner thread = runner;
    if (thread != null && thread.isOwnThread()) {
      throw new IllegalStateException("the store's thread would wait for itself");
    }
    submit(command);
    if (thread == null) {
      agent.doWork(System.nanoTime());
    }
    try {
      return reply.get(TOPIC_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreRefused why) {
        throw new StoreRefused(why.code(), String.valueOf(why.getMessage()), why);
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new StoreRefused(Code.BUSY, "the disk did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreRefused(Code.CLOSED, "interrupted while waiting for the disk", e);
    }
  }

  @Override
  public void deleteTopic(String name, TopicDeleted reply) {
    submit(new Command.DeleteTopic(name, reply));
  }

  @Override
  public void onHeld(BiConsumer<Partition, Finding> held) {
    catalog.onHeld(held);
  }

  @Override
  public Subscription subscribeDeletions(Consumer<TopicStatus> deleted) {
    return agent.subscribeDeletions(deleted);
  }

  @Override
  public void openStream(
      StreamSpec stream, long edgeEnd, @Nullable TopicSpec ifMissing, StreamOpened reply) {
    submit(new Command.OpenStream(stream, edgeEnd, ifMissing, reply));
  }

  @Override
  public void append(long streamId, long from, long to, ByteBuffer batch, AppendReply reply) {
    submit(new Command.Append(streamId, from, to, batch, reply));
  }

  @Override
  public void produce(String topic, int partition, ByteBuffer batch, ProduceReply reply) {
    submit(new Command.Produce(topic, partition, batch, reply));
  }

  @Override
  public void appendGap(long streamId, Gap gap, long digestAtTo, AppendReply reply) {
    submit(new Command.AppendGap(streamId, gap, digestAtTo, reply));
  }

  @Override
  public void tellGap(long streamId, Gap gap, AppendReply reply) {
    submit(new Command.TellGap(streamId, gap, reply));
  }

  @Override
  public @Nullable ByteBuffer batchFrom(long streamId, long from) throws StoreRefused {
    LogStream stream = catalog.stream(streamId);
    return stream == null ? null : stream.partition().batchFrom(streamId, from);
  }

  private void submit(Command command) {
    switch (queue.offer(command)) {
      case ACCEPTED -> {
        AgentRunner thread = runner;
        if (thread != null) {
          thread.wake();
        }
      }
      case FULL ->
          command.refuse(new StoreRefused(Code.BUSY, "the queue of the store is full: try again"));
      case CLOSED -> command.refuse(new StoreRefused(Code.CLOSED, "the store is closed"));
    }
  }

  @Override
  public boolean isCrowded() {
    return queue.isCrowded();
  }

  @Override
  public void whenRelieved(Runnable relieved) {
    if (!queue.keepUntilRelieved(relieved)) {
      relieved.run();
    }
  }

  @Override
  public @Nullable Partition partition(String topic, int index) {
    LogTopic known = catalog.topic(topic);
    return known == null ? null : known.partition(index);
  }

  @Override
  public Collection<StreamStatus> streams() {
    return catalog.streams().stream().map(LogStream::status).toList();
  }

  /// What stands still at this moment, or null: the store's thread, or a log that could not be
  /// written when that was last tried. Never blocks; any thread.
  public @Nullable String standstill(long nowNanos) {
    AgentRunner thread = runner;
    String stands = thread == null ? null : thread.standstill(nowNanos);
    if (stands != null) {
      return stands;
    }
    for (LogTopic topic : catalog.topics()) {
      for (LogPartition partition : topic.partitions()) {
        String trouble = partition.trouble();
        if (trouble != null) {
          return "the store: " + trouble;
        }
      }
    }
    String registryTrouble = registry.trouble();
    return registryTrouble == null ? null : "the store: " + registryTrouble;
  }

  @Override
  public StoreStatus status() {
    List<String> troubles = new ArrayList<>();
    long damagedBytes = catalog.damagedRegistryBytes();
    for (LogTopic topic : catalog.topics()) {
      for (LogPartition partition : topic.partitions()) {
        String trouble = partition.trouble();
        if (trouble != null) {
          troubles.add(trouble);
        }
        PartitionLog log = partition.ifOpen();
        damagedBytes += log == null ? 0 : log.status().damagedBytes();
      }
    }
    String registryTrouble = registry.trouble();
    if (registryTrouble != null) {
      troubles.add(registryTrouble);
    }
    String removalTrouble = catalog.removals().trouble();
    if (removalTrouble != null) {
      troubles.add(removalTrouble);
    }
    String cleanerTrouble = cleaner.trouble();
    if (cleanerTrouble != null) {
      troubles.add(cleanerTrouble);
    }
    long usableBytes = 0;
    try {
      usableBytes = disk.usableBytes();
    } catch (IOException e) {
      troubles.add("the disk does not tell how much space is left: " + e.getMessage());
    }
    AgentRunner thread = runner;
    if (thread != null && !thread.isAlive()) {
      troubles.add("the store's thread has ended: " + thread.lastError());
    }
    return new StoreStatus(
        usableBytes,
        queue.commands(),
        queue.bytes(),
        agent.storedBytes(),
        agent.forces(),
        damagedBytes,
        troubles);
  }

  @Override
  public void close() {
    queue.close();
    AgentRunner cleans = cleaning;
    if (cleans != null) {
      cleans.close();
    } else {
      cleaner.onClose();
    }
    AgentRunner thread = runner;
    if (thread != null) {
      thread.close();
    } else {
      agent.onClose();
    }
  }
}
