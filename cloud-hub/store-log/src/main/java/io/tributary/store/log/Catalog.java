package io.tributary.store.log;

import io.tributary.log.CompactionConfig;
import io.tributary.log.Content;
import io.tributary.log.Disk;
import io.tributary.log.PartitionLogConfig;
import io.tributary.record.Limits;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Finding;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The topics and streams of the store, in memory as in the registry. Changed by the store's thread,
/// read by any. A change is staged, and undone if the registry cannot be forced.
final class Catalog {
  /// How long one segment of a compacted topic is written to: Kafka's default of `segment.ms`, seven days.
  private static final long SEGMENT_MS = 7L * 24 * 60 * 60 * 1000;

  private final Disk disk;
  private final LogStoreConfig config;
  private final InstantSource clock;
  private final Supplier<UUID> newIds;
  private final Registry registry;
  private final ConcurrentHashMap<String, LogTopic> topics = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, LogStream> streams = new ConcurrentHashMap<>();
  private final List<Runnable> undo = new ArrayList<>();
  private final Removals removals;

  private volatile BiConsumer<Partition, Finding> onHeld = (partition, finding) -> {};

  Catalog(
      Disk disk,
      LogStoreConfig config,
      InstantSource clock,
      Supplier<UUID> newIds,
      Registry registry) {
    this.disk = disk;
    this.config = config;
    this.clock = clock;
    this.newIds = newIds;
    this.registry = registry;
    this.removals = new Removals(disk, registry);
  }

  /// See `Store`.
  void onHeld(BiConsumer<Partition, Finding> held) {
    onHeld = held;
  }

  /// Takes over what the registry holds.
  ///
  /// @throws IOException also when there is data and no registry: it would be written over
  void load() throws IOException {
    List<String> directories = disk.list(Removal.TOPICS);
    if (registry.isEmpty() && !directories.isEmpty()) {
      throw new IOException(
          "the registry is empty, but there is data of the topics "
              + directories
              + ": restore the directory 'registry', or move 'topics' away");
    }
    for (RegistryEntry.Topic topic : registry.topics()) {
      topics.put(topic.spec().name(), host(topic.spec(), topic.topicId(), topic.life()));
    }
    Map<UUID, LogTopic> byId = new HashMap<>();
    topics.values().forEach(topic -> byId.put(topic.topicId(), topic));
    for (RegistryEntry.Start start : registry.starts()) {
      LogTopic topic = byId.get(start.topicId());
      LogPartition partition = topic == null ? null : topic.partition(start.partition());
      if (partition != null) {
        partition.startAt(start.offset());
      }
    }
    for (RegistryEntry.Deleted gone : registry.deleted()) {
      LogTopic topic = topics.get(gone.topic());
      // A topic is never born where files wait to be removed, so this is a damaged copy's memory of
      // long ago.
      boolean isTaken = topic != null && topic.life() == gone.life();
      removals.add(isTaken ? gone.removed() : gone, List.of());
    }
    for (RegistryEntry.Stream stream : registry.streams()) {
      LogTopic topic = topics.get(stream.spec().topic());
      if (topic == null || stream.partition() < 0) {
        throw new IOException("the registry has a stream without its topic: " + stream);
      }
      if (stream.topicId() != null && !stream.topicId().equals(topic.topicId())) {
        continue; // of a topic that was deleted so long ago that nobody remembers
      }
      host(stream.spec(), topic, stream.partition());
    }
  }

  long damagedRegistryBytes() {
    return registry.damagedBytes();
  }

  Collection<LogTopic> topics() {
    return topics.values();
  }

  @Nullable LogTopic topic(String name) {
    return topics.get(name);
  }

  Collection<LogStream> streams() {
    return streams.values();
  }

  @Nullable LogStream stream(long streamId) {
    return streams.get(streamId);
  }

  /// Finds an equal topic or stages a new one.
  LogTopic createTopic(TopicSpec spec) throws StoreRefused {
    LogTopic known = topics.get(spec.name());
    if (known != null) {
      if (known.spec().equals(spec)) {
        return known;
      }
      throw new StoreRefused(
          Code.TOPIC_EXISTS, "the topic exists as " + known.spec() + ", not as " + spec);
    }
    String objection = TopicName.objection(spec.name());
    if (objection != null) {
      throw new StoreRefused(Code.TOPIC_NAME, objection);
    }
    String collision = TopicName.collision(spec.name(), topics.keySet());
    if (collision != null) {
      throw new StoreRefused(
          Code.TOPIC_NAME, "'" + spec.name() + "' collides with the topic '" + collision + "'");
    }
    checkNoData(spec.name());
    RegistryEntry.Topic entry =
        new RegistryEntry.Topic(spec, newIds.get(), removals.nextLife(spec.name()));
    registry.put(entry);
    undo.add(() -> topics.remove(spec.name()));
    LogTopic topic = host(spec, entry.topicId(), entry.life());
    topics.put(spec.name(), topic);
    return topic;
  }

  /// Whether a topic may have to make way for another of its name.
  boolean isProvisional(String name) {
    LogTopic topic = topics.get(name);
    return topic != null && topic.spec().provisional();
  }

  /// Whether a topic makes way for what is wanted: nothing that was written is lost by that.
  boolean yields(TopicSpec wanted) {
    LogTopic topic = topics.get(wanted.name());
    if (topic == null || !topic.spec().provisional() || wanted.provisional()) {
      return false;
    }
    try {
      for (LogPartition partition : topic.partitions()) {
        if (partition.endOffset() > 0) {
          return false;
        }
      }
      return true;
    } catch (StoreRefused unreadable) {
      return false;
    }
  }

  /// What an unknown topic of the same name left behind is not taken for ours.
  private void checkNoData(String name) throws StoreRefused {
    List<String> found;
    try {
      found = disk.list(Removal.TOPICS + '/' + name);
    } catch (IOException e) {
      throw Refusals.of(Removal.TOPICS + '/' + name, e);
    }
    if (!found.stream().allMatch(file -> removals.owns(name, file))) {
      throw new StoreRefused(
          Code.TOPIC_EXISTS,
          "there is data of a topic '" + name + "' that the registry does not know");
    }
  }

  /// Stages other bounds of a topic. Its partitions are reconfigured when they are durable.
  LogTopic changeLimits(String name, UnaryOperator<TopicLimits> change) throws StoreRefused {
    LogTopic topic = known(name);
    TopicSpec before = topic.spec();
    TopicLimits limits;
    try {
      limits = change.apply(before.limits());
    } catch (IllegalArgumentException e) {
      throw new StoreRefused(Code.LIMITS, String.valueOf(e.getMessage()), e);
    }
    if (!before.limits().equals(limits)) {
      TopicSpec changed = changed(before, limits);
      registry.put(new RegistryEntry.Topic(changed, topic.topicId(), topic.life()));
      undo.add(() -> topic.changeSpec(before));
      topic.changeSpec(changed);
    }
    return topic;
  }

  private static TopicSpec changed(TopicSpec before, TopicLimits limits) throws StoreRefused {
    try {
      return before.withLimits(limits);
    } catch (IllegalArgumentException e) {
      throw new StoreRefused(Code.TOPIC_MIRRORED, String.valueOf(e.getMessage()), e);
    }
  }

  /// Lets the partitions of a topic keep to its bounds.
  void reconfigure(LogTopic topic) throws IOException {
    for (LogPartition partition : topic.partitions()) {
      partition.reconfigure(logConfig(topic.spec(), topic.topicId(), partition.index()));
    }
  }

  private LogTopic known(String name) throws StoreRefused {
    LogTopic topic = topics.get(name);
    if (topic == null) {
      throw new StoreRefused(Code.TOPIC_UNKNOWN, "no topic is called '" + name + "'");
    }
    return topic;
  }

  /// Gives a topic more partitions, durably, while nothing else is staged. They are seen when they stay.
  LogTopic createPartitions(String name, int count, long nowMs) throws StoreRefused {
    LogTopic topic = known(name);
    if (TopicName.isHubsOwn(name)) {
      throw new StoreRefused(Code.TOPIC_RESERVED, "the topic '" + name + "' has one partition");
    }
    if (topic.isPerEdge()) {
      throw new StoreRefused(
          Code.PARTITIONS,
          "the topic '%s' is laid out per edge: it gets a partition with each new stream"
              .formatted(name));
    }
    int before = topic.partitions().length;
    if (count <= before || count > Layout.PARTITIONS_MOST) {
      throw new StoreRefused(
          Code.PARTITIONS,
          "the topic '%s' has %d partitions; it can be given more, up to %d, and not %d"
              .formatted(name, before, Layout.PARTITIONS_MOST, count));
    }
    TopicSpec changed = topic.spec().withLayout(new Layout.Partitions(count));
    commitAlone(new RegistryEntry.Topic(changed, topic.topicId(), topic.life()), nowMs);
    topic.grow(changed, count);
    return topic;
  }

  /// Records where a partition begins from now on, durably, while nothing else is staged.
  void moveStart(LogTopic topic, LogPartition partition, long offset, long nowMs)
      throws StoreRefused {
    commitAlone(new RegistryEntry.Start(topic.topicId(), partition.index(), offset), nowMs);
  }

  private void commitAlone(RegistryEntry entry, long nowMs) throws StoreRefused {
    try {
      registry.put(entry);
      registry.commit(nowMs);
    } catch (StoreRefused e) {
      registry.takeBack();
      throw e;
    } catch (IOException e) {
      if (!registry.isInDoubt()) {
        throw Refusals.of("registry", e);
      }
      throw new StoreRefused(
          Code.FAILED,
          "the registry was written in part (%s): if the hub is started now, it may find this done"
              .formatted(e.getMessage()),
          e);
    }
  }

  /// Deletes a topic and all of its streams, durably, while nothing else is staged. Then they are gone from memory as
  /// well, and their partitions take and give nothing more.
  ///
  /// @param gapsEnd where `_gaps` ends
  LogTopic deleteTopic(String name, long gapsEnd) throws StoreRefused {
    LogTopic topic = known(name);
    if (TopicName.isHubsOwn(name)) {
      throw new StoreRefused(
          Code.TOPIC_RESERVED, "the topic '" + name + "' is the hub's own, and is not deleted");
    }
    long nowMs = clock.millis();
    RegistryEntry.Deleted entry =
        new RegistryEntry.Deleted(
            topic.topicId(), name, topic.life(), topic.partitions().length, gapsEnd, nowMs, false);
    try {
      registry.put(entry);
      registry.remove(RegistryEntry.Topic.PREFIX + name);
      for (int i = 0; i < topic.partitions().length; i++) {
        registry.remove(RegistryEntry.Start.key(topic.topicId(), i));
      }
      registry.commit(nowMs, true);
    } catch (StoreRefused e) {
      registry.takeBack();
      throw e;
    } catch (IOException e) {
      throw undeleted(topic, e);
    }
    topics.remove(name);
    List<Long> streamIds = new ArrayList<>();
    for (LogStream stream : List.copyOf(streams.values())) {
      if (stream.topic() == topic) {
        streams.remove(stream.spec().streamId());
        streamIds.add(stream.spec().streamId());
      }
    }
    for (LogPartition partition : topic.partitions()) {
      partition.delete();
    }
    removals.add(entry, streamIds);
    return topic;
  }

  /// What the next start may find deleted must not be acknowledged until then.
  private StoreRefused undeleted(LogTopic topic, IOException fault) {
    if (!registry.isInDoubt()) {
      return Refusals.of("registry", fault);
    }
    StoreRefused why =
        new StoreRefused(
            Code.FAILED,
            "the deletion of the topic '%s' was written in part (%s); start the hub again"
                .formatted(topic.spec().name(), fault.getMessage()),
            fault);
    for (LogPartition partition : topic.partitions()) {
      partition.troubled(why);
    }
    return why;
  }

  /// What deleted topics left behind.
  Removals removals() {
    return removals;
  }

  /// Finds the stream or stages a place for it.
  LogStream openStream(StreamSpec spec, @Nullable TopicSpec ifMissing) throws StoreRefused {
    LogStream known = streams.get(spec.streamId());
    if (known != null) {
      if (isSame(known.spec(), spec)) {
        return known;
      }
      throw new StoreRefused(
          Code.STREAM_TAKEN,
          "stream %d belongs to edge %s, incarnation %s, topic %s"
              .formatted(
                  spec.streamId(),
                  known.spec().edgeId(),
                  known.spec().incarnation(),
                  known.spec().topic()));
    }
    LogTopic topic = topics.get(spec.topic());
    if (topic == null) {
      if (ifMissing == null || !ifMissing.name().equals(spec.topic())) {
        throw new StoreRefused(Code.TOPIC_UNKNOWN, "no topic is called '" + spec.topic() + "'");
      }
      topic = createTopic(ifMissing);
    }
    if (!topic.spec().mirrored()) {
      throw new StoreRefused(
          Code.TOPIC_NOT_MIRRORED, "edges do not write to the topic '" + spec.topic() + "'");
    }
    RegistryEntry.Stream entry =
        new RegistryEntry.Stream(spec, topic.place(spec.streamId()), topic.topicId());
    registry.put(entry);
    LogTopic home = topic;
    undo.add(() -> {
      streams.remove(spec.streamId());
      home.unsettle(entry.partition());
    });
    return host(spec, topic, entry.partition());
  }

  /// The class is for status only, and an edge may be configured anew.
  private static boolean isSame(StreamSpec known, StreamSpec asked) {
    return known.edgeId().equals(asked.edgeId())
        && known.incarnation().equals(asked.incarnation())
        && known.topic().equals(asked.topic());
  }

  /// Forces what was staged, or undoes it and throws.
  void commit(long nowMs) throws StoreRefused {
    if (undo.isEmpty()) {
      return;
    }
    try {
      registry.commit(nowMs);
    } catch (IOException e) {
      for (int i = undo.size() - 1; i >= 0; i--) {
        undo.get(i).run();
      }
      throw Refusals.of("registry", e);
    } finally {
      undo.clear();
    }
  }

  private LogStream host(StreamSpec spec, LogTopic topic, int partition) {
    LogStream stream = new LogStream(spec, topic, topic.settle(partition));
    streams.put(spec.streamId(), stream);
    return stream;
  }

  private LogTopic host(TopicSpec spec, UUID topicId, int life) {
    return new LogTopic(
        spec,
        topicId,
        life,
        index ->
            new LogPartition(
                disk,
                Removal.directory(spec.name(), life, index),
                logConfig(currentSpec(spec), topicId, index),
                spec.name(),
                index,
                clock,
                streams::containsKey,
                (partition, finding) -> onHeld.accept(partition, finding)));
  }

  /// A partition that is born later keeps to the bounds that hold by then.
  private TopicSpec currentSpec(TopicSpec atFirst) {
    LogTopic topic = topics.get(atFirst.name());
    return topic == null ? atFirst : topic.spec();
  }

  private PartitionLogConfig logConfig(TopicSpec spec, UUID topicId, int index) {
    TopicLimits limits = spec.limits();
    CleanupPolicy cleanup = limits.cleanup();
    return new PartitionLogConfig(
        new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits() + index),
        limits.segmentBytes(),
        cleanup.deletes() ? limits.retentionMs() : TopicLimits.UNLIMITED,
        cleanup.deletes() ? limits.retentionBytes() : TopicLimits.UNLIMITED,
        Limits.topic(limits.maxMessageBytes()),
        config.indexIntervalBytes(),
        contentOf(spec),
        compactionOf(cleanup));
  }

  private static @Nullable CompactionConfig compactionOf(CleanupPolicy cleanup) {
    return cleanup.compacts()
        ? new CompactionConfig(
            cleanup.deleteRetentionMs(),
            cleanup.minCleanableDirtyRatio(),
            SEGMENT_MS,
            CompactionConfig.KEYS_BYTES)
        : null;
  }

  private static Content contentOf(TopicSpec spec) {
    if (spec.layout() instanceof Layout.PerEdge) {
      return Content.STREAM;
    }
    return spec.takesProducers() ? Content.PRODUCED : Content.STREAMS;
  }

  /// The topic `_gaps`, which nobody but the store writes to. Gaps are few and small, and they are
  /// the evidence of what is missing, so they are kept by size alone.
  static TopicSpec gapsTopic() {
    long keptBytes = 256L * 1024 * 1024;
    return new TopicSpec(
        GapEntry.TOPIC,
        new Layout.Partitions(1),
        false,
        new TopicLimits(
            TopicLimits.UNLIMITED, keptBytes, 16L * 1024 * 1024, TopicLimits.MAX_MESSAGE_BYTES));
  }
}
