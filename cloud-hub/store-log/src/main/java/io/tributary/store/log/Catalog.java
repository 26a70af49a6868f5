package io.tributary.store.log;

import io.tributary.log.Disk;
import io.tributary.log.PartitionLogConfig;
import io.tributary.record.Limits;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The topics and streams of the store, in memory as in the registry. Changed by the store's thread,
/// read by any. A change is staged, and undone if the registry cannot be forced.
final class Catalog {
  private static final String TOPICS = "topics";

  private final Disk disk;
  private final LogStoreConfig config;
  private final InstantSource clock;
  private final Supplier<UUID> newIds;
  private final Registry registry;
  private final ConcurrentHashMap<String, LogTopic> topics = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, LogStream> streams = new ConcurrentHashMap<>();
  private final List<Runnable> undo = new ArrayList<>();

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
  }

  /// Takes over what the registry holds.
  ///
  /// @throws IOException also when there is data and no registry: it would be written over
  void load() throws IOException {
    List<String> directories = disk.list(TOPICS);
    if (registry.isEmpty() && !directories.isEmpty()) {
      throw new IOException(
          "the registry is empty, but there is data of the topics "
              + directories
              + ": restore the directory 'registry', or move 'topics' away");
    }
    for (RegistryEntry.Topic topic : registry.topics()) {
      topics.put(topic.spec().name(), host(topic.spec(), topic.topicId()));
    }
    for (RegistryEntry.Stream stream : registry.streams()) {
      LogTopic topic = topics.get(stream.spec().topic());
      if (topic == null || stream.partition() < 0) {
        throw new IOException("the registry has a stream without its topic: " + stream);
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
    RegistryEntry.Topic entry = new RegistryEntry.Topic(spec, newIds.get());
    registry.put(entry);
    undo.add(() -> topics.remove(spec.name()));
    LogTopic topic = host(spec, entry.topicId());
    topics.put(spec.name(), topic);
    return topic;
  }

  /// What an unknown topic of the same name left behind is not taken for ours.
  private void checkNoData(String name) throws StoreRefused {
    List<String> found;
    try {
      found = disk.list(TOPICS + '/' + name);
    } catch (IOException e) {
      throw Refusals.of(TOPICS + '/' + name, e);
    }
    if (!found.isEmpty()) {
      throw new StoreRefused(
          Code.TOPIC_EXISTS,
          "there is data of a topic '" + name + "' that the registry does not know");
    }
  }

  /// Stages other bounds of a topic. Its partitions are reconfigured when they are durable.
  LogTopic changeLimits(String name, TopicLimits limits) throws StoreRefused {
    LogTopic topic = topics.get(name);
    if (topic == null) {
      throw new StoreRefused(Code.TOPIC_UNKNOWN, "no topic is called '" + name + "'");
    }
    TopicSpec before = topic.spec();
    if (!before.limits().equals(limits)) {
      TopicSpec changed = before.withLimits(limits);
      registry.put(new RegistryEntry.Topic(changed, topic.topicId()));
      undo.add(() -> topic.changeSpec(before));
      topic.changeSpec(changed);
    }
    return topic;
  }

  /// Lets the partitions of a topic keep to its bounds.
  void reconfigure(LogTopic topic) throws IOException {
    for (LogPartition partition : topic.partitions()) {
      partition.reconfigure(logConfig(topic.spec(), topic.topicId(), partition.index()));
    }
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
    RegistryEntry.Stream entry = new RegistryEntry.Stream(spec, topic.place(spec.streamId()));
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

  private LogTopic host(TopicSpec spec, UUID topicId) {
    String directory = TOPICS + '/' + spec.name() + '/';
    return new LogTopic(
        spec,
        topicId,
        index ->
            new LogPartition(
                disk,
                directory + index,
                logConfig(currentSpec(spec), topicId, index),
                spec.name(),
                index,
                clock));
  }

  /// A partition that is born later keeps to the bounds that hold by then.
  private TopicSpec currentSpec(TopicSpec atFirst) {
    LogTopic topic = topics.get(atFirst.name());
    return topic == null ? atFirst : topic.spec();
  }

  private PartitionLogConfig logConfig(TopicSpec spec, UUID topicId, int index) {
    TopicLimits limits = spec.limits();
    return new PartitionLogConfig(
        new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits() + index),
        limits.segmentBytes(),
        limits.retentionMs(),
        limits.retentionBytes(),
        Limits.topic(limits.maxMessageBytes()),
        config.indexIntervalBytes(),
        spec.layout() instanceof Layout.PerEdge);
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
