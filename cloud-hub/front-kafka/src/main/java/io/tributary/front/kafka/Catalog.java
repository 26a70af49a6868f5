package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.TimedOffset;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// Answers everything that can be answered at once: which topics there are, how they are set up,
/// where their partitions begin and end. May be used by any thread.
final class Catalog {
  /// The timestamps of ListOffsets that stand for something else (Kafka's `ListOffsetsRequest`).
  static final long LATEST = -1;

  static final long EARLIEST = -2;
  static final long MAX_TIMESTAMP = -3;

  /// The first offset on the broker's own disk, which is all we have.
  static final long EARLIEST_LOCAL = -4;

  /// The last offset in a remote tier, and the first that waits to get there: we have none.
  static final long LATEST_TIERED = -5;

  static final long EARLIEST_PENDING_UPLOAD = -6;

  /// Of a topic that is not there.
  static final UUID NO_ID = new UUID(0, 0);

  private static final long NO_OFFSET = -1;
  private static final long NO_TIMESTAMP = -1;

  /// Kafka's `ConfigResource.Type`.
  static final byte TOPIC = 2;

  private static final byte BROKER = 4;

  private final Store store;
  private final FrontConfig config;
  private final FrontCounters counters;
  private final @Nullable Groups groups;

  /// Topics are never renamed; whether one is still there is asked anew each time.
  private final Map<UUID, String> namesById = new ConcurrentHashMap<>();

  /// @param groups null: nobody coordinates consumer groups
  Catalog(Store store, FrontConfig config, FrontCounters counters, @Nullable Groups groups) {
    this.store = store;
    this.config = config;
    this.counters = counters;
    this.groups = groups;
  }

  /// Who alone writes a topic, or null; see `ReservedTopics`.
  @Nullable String writer(String topic) {
    return config.reserved().writer(topic);
  }

  /// Asks the coordinator of consumer groups.
  CompletableFuture<ApiMessage> ask(Groups.Call call) {
    return groups == null
        ? CompletableFuture.completedFuture(
            call.request()
                .getErrorResponse(0, new CoordinatorNotAvailableException("no groups here"))
                .data())
        : groups.answer(call);
  }

  /// Lets consumer groups know that topics came or went; complete when they do.
  CompletableFuture<Void> tellGroups() {
    return groups == null ? CompletableFuture.completedFuture(null) : groups.lookAtTopics();
  }

  /// Topics whose id or name this is, or null.
  @Nullable TopicStatus find(TopicRef ref) {
    String name = ref.name();
    UUID id = ref.id();
    if (name != null) {
      return store.topic(name);
    }
    if (id == null) {
      return null;
    }
    String known = namesById.get(id);
    if (known == null) {
      store.topics().forEach(topic -> namesById.put(topic.topicId(), topic.name()));
      known = namesById.get(id);
    }
    TopicStatus topic = known == null ? null : store.topic(known);
    return topic != null && topic.topicId().equals(id) ? topic : null;
  }

  /// What a client is told that names a topic which is not there.
  static KafkaError notFound(TopicRef ref) {
    return ref.name() == null ? KafkaError.UNKNOWN_TOPIC_ID : KafkaError.UNKNOWN_TOPIC_OR_PARTITION;
  }

  /// What a client is told that may not do with a topic what it asks for. A topic that it names by its id alone, and may not
  /// even know of, is to it as one that is not there.
  ///
  /// @param topic null: there is none
  static KafkaError denied(TopicRef ref, @Nullable TopicStatus topic, Rights rights) {
    boolean isHidden = topic == null || !rights.mayDescribe(topic.name());
    return ref.name() == null && isHidden
        ? KafkaError.UNKNOWN_TOPIC_ID
        : KafkaError.TOPIC_AUTHORIZATION_FAILED;
  }

  /// See `Store.deleteTopic`.
  void deleteTopic(String name, TopicDeleted reply) {
    store.deleteTopic(name, reply);
  }

  @Nullable Partition partition(String topic, int index) {
    return store.partition(topic, index);
  }

  /// @param host the address at which this client reaches us
  Answer.Cluster cluster(String host, int port) {
    var advertised = config.advertised();
    return advertised == null
        ? new Answer.Cluster(config.clusterId(), config.nodeId(), host, port)
        : new Answer.Cluster(
            config.clusterId(), config.nodeId(), advertised.getHostString(), advertised.getPort());
  }

  /// @param refused why topics were not created that are not there
  Answer.Metadata metadata(
      Request.Metadata request,
      Answer.Cluster cluster,
      Rights rights,
      Map<String, KafkaError> refused) {
    List<Answer.Metadata.Topic> topics = new ArrayList<>();
    List<TopicRef> asked = request.topics();
    if (asked == null) {
      store.topics().stream()
          .filter(topic -> rights.mayDescribe(topic.name()))
          .forEach(topic -> topics.add(described(topic)));
    } else {
      for (TopicRef ref : asked) {
        TopicStatus topic = find(ref);
        String name = topic == null ? ref.name() : topic.name();
        if (name != null && !rights.mayDescribe(name)) {
          topics.add(new Answer.Metadata.Topic(denied(ref, topic, rights), ref, 0, false));
        } else {
          topics.add(
              topic == null
                  ? new Answer.Metadata.Topic(whyMissing(ref, refused), ref, 0, false)
                  : described(topic));
        }
      }
    }
    return new Answer.Metadata(cluster, topics);
  }

  private static KafkaError whyMissing(TopicRef ref, Map<String, KafkaError> refused) {
    String name = ref.name();
    if (name == null) {
      return notFound(ref);
    }
    return TopicName.objection(name) == null
        ? refused.getOrDefault(name, notFound(ref))
        : KafkaError.INVALID_TOPIC_EXCEPTION;
  }

  private static Answer.Metadata.Topic described(TopicStatus topic) {
    return new Answer.Metadata.Topic(
        KafkaError.NONE,
        new TopicRef(topic.name(), topic.topicId()),
        topic.partitions(),
        isInternal(topic.name()));
  }

  /// What consumers of a pattern are not given. `_gaps` is for everybody.
  private static boolean isInternal(String topic) {
    return topic.equals(TopicName.CONSUMER_OFFSETS) || topic.equals(TopicName.PIPELINES);
  }

  Answer.DescribeConfigs describeConfigs(Request.DescribeConfigs request, Rights rights) {
    List<Answer.DescribeConfigs.Resource> resources = new ArrayList<>();
    request.resources().forEach(resource -> resources.add(described(resource, rights)));
    return new Answer.DescribeConfigs(resources);
  }

  private Answer.DescribeConfigs.Resource described(
      Request.DescribeConfigs.Resource asked, Rights rights) {
    byte type = asked.type();
    String name = asked.name();
    if (type == TOPIC ? !rights.mayDescribe(name) : !rights.mayAdminister()) {
      KafkaError error =
          type == TOPIC
              ? KafkaError.TOPIC_AUTHORIZATION_FAILED
              : KafkaError.CLUSTER_AUTHORIZATION_FAILED;
      return new Answer.DescribeConfigs.Resource(
          error, "no right to see these settings", type, name, List.of());
    }
    if (type == TOPIC) {
      TopicStatus topic = store.topic(name);
      if (topic == null) {
        return new Answer.DescribeConfigs.Resource(
            KafkaError.UNKNOWN_TOPIC_OR_PARTITION, "no topic " + name, type, name, List.of());
      }
      List<String> keys = asked.keys();
      List<Answer.DescribeConfigs.Setting> settings =
          TopicConfigs.of(topic).stream()
              .filter(setting -> keys == null || keys.contains(setting.name()))
              .toList();
      return new Answer.DescribeConfigs.Resource(KafkaError.NONE, null, type, name, settings);
    }
    if (type == BROKER) {
      List<String> keys = asked.keys();
      List<Answer.DescribeConfigs.Setting> settings =
          BrokerConfigs.of(config).stream()
              .filter(setting -> keys == null || keys.contains(setting.name()))
              .toList();
      return new Answer.DescribeConfigs.Resource(KafkaError.NONE, null, type, name, settings);
    }
    return new Answer.DescribeConfigs.Resource(
        KafkaError.INVALID_REQUEST,
        "only topics and brokers have settings here",
        type,
        name,
        List.of());
  }

  Answer.ListOffsets listOffsets(Request.ListOffsets request, Rights rights) {
    List<Answer.ListOffsets.Topic> topics = new ArrayList<>();
    for (Request.ListOffsets.Topic topic : request.topics()) {
      List<Answer.ListOffsets.Point> points = new ArrayList<>();
      boolean isDenied = !rights.mayDescribe(topic.name());
      for (Request.ListOffsets.Point point : topic.points()) {
        points.add(
            isDenied
                ? failed(point.partition(), KafkaError.TOPIC_AUTHORIZATION_FAILED)
                : offset(topic.name(), point));
      }
      topics.add(new Answer.ListOffsets.Topic(topic.name(), points));
    }
    return new Answer.ListOffsets(topics);
  }

  private Answer.ListOffsets.Point offset(String topic, Request.ListOffsets.Point asked) {
    int index = asked.partition();
    Partition partition = store.partition(topic, index);
    if (partition == null) {
      return failed(index, KafkaError.UNKNOWN_TOPIC_OR_PARTITION);
    }
    try {
      long timestamp = asked.timestamp();
      if (timestamp == LATEST) {
        return at(index, NO_TIMESTAMP, partition.endOffset());
      }
      if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
        return at(index, NO_TIMESTAMP, partition.startOffset());
      }
      if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
        return at(index, NO_TIMESTAMP, NO_OFFSET);
      }
      if (timestamp < EARLIEST_PENDING_UPLOAD) {
        return failed(index, KafkaError.UNSUPPORTED_VERSION);
      }
      TimedOffset found =
          timestamp == MAX_TIMESTAMP ? latest(partition) : partition.offsetForTime(timestamp);
      return found == null
          ? at(index, NO_TIMESTAMP, NO_OFFSET)
          : at(index, found.timestampMs(), found.offset());
    } catch (StoreRefused e) {
      counters.unreadable.increment();
      return failed(index, KafkaError.of(e));
    }
  }

  /// The record with the largest timestamp, found by asking for later and later ones: as many
  /// look-ups as the distance has bits, rarely more than a few.
  private static @Nullable TimedOffset latest(Partition partition) throws StoreRefused {
    TimedOffset latest = partition.offsetForTime(0);
    long step = 1;
    while (latest != null && step > 0) {
      long at = latest.timestampMs();
      TimedOffset later = at > Long.MAX_VALUE - step ? null : partition.offsetForTime(at + step);
      if (later != null) {
        latest = later;
        step = step > Long.MAX_VALUE / 2 ? step : step * 2;
      } else {
        step /= 2;
      }
    }
    return latest;
  }

  private static Answer.ListOffsets.Point at(int partition, long timestamp, long offset) {
    return new Answer.ListOffsets.Point(partition, KafkaError.NONE, timestamp, offset);
  }

  private static Answer.ListOffsets.Point failed(int partition, KafkaError error) {
    return new Answer.ListOffsets.Point(partition, error, NO_TIMESTAMP, NO_OFFSET);
  }

  /// This broker coordinates every group, and no transaction.
  Answer.FindCoordinator findCoordinator(
      Request.FindCoordinator request, Answer.Cluster cluster, Rights rights) {
    List<Answer.FindCoordinator.Result> results = new ArrayList<>();
    for (String key : request.keys()) {
      results.add(
          switch (request.keyType()) {
            case Request.FindCoordinator.GROUP ->
                rights.mayUseGroup(key)
                    ? new Answer.FindCoordinator.Result(key, KafkaError.NONE, null)
                    : new Answer.FindCoordinator.Result(
                        key, KafkaError.GROUP_AUTHORIZATION_FAILED, "no right to use the group");
            case Request.FindCoordinator.TRANSACTION ->
                new Answer.FindCoordinator.Result(
                    key,
                    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    "an embedded hub has no transactions; a cluster has");
            default ->
                new Answer.FindCoordinator.Result(
                    key, KafkaError.INVALID_REQUEST, "no such coordinator here");
          });
    }
    return new Answer.FindCoordinator(cluster, results);
  }

  /// An identity that no producer had before: at random, so that nothing needs to be remembered of it.
  Answer.InitProducerId initProducerId(Request.InitProducerId request, Rights rights) {
    if (!rights.mayWriteSomething()) {
      return new Answer.InitProducerId(KafkaError.CLUSTER_AUTHORIZATION_FAILED, -1);
    }
    return request.isTransactional()
        ? new Answer.InitProducerId(KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, -1)
        : new Answer.InitProducerId(
            KafkaError.NONE, ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
  }

  /// All things that have settings, of some types or of any.
  Answer.ListConfigResources configResources(Request.ListConfigResources request, Rights rights) {
    List<Answer.ListConfigResources.Resource> resources = new ArrayList<>();
    List<Byte> types = request.types();
    if (types.isEmpty() || types.contains(TOPIC)) {
      for (TopicStatus topic : store.topics()) {
        if (rights.mayDescribe(topic.name())) {
          resources.add(new Answer.ListConfigResources.Resource(TOPIC, topic.name()));
        }
      }
    }
    if (types.isEmpty() || types.contains(BROKER)) {
      String node = Integer.toString(config.nodeId());
      resources.add(new Answer.ListConfigResources.Resource(BROKER, node));
    }
    return new Answer.ListConfigResources(resources);
  }

  Store store() {
    return store;
  }

  /// Something could not be read.
  void unreadable() {
    counters.unreadable.increment();
  }

  int nodeId() {
    return config.nodeId();
  }

  /// Kafka's `auto.create.topics.enable`.
  boolean createsTopicsOnFirstUse() {
    return config.createsTopics();
  }

  List<ClientQuota> quotas() {
    return config.quotas();
  }

  int partitionsByDefault() {
    return config.partitions();
  }

  TopicLimits limitsByDefault() {
    return config.topicLimits();
  }

  /// See `Store.createTopic`.
  void createTopic(TopicSpec spec, TopicCreated reply) {
    store.createTopic(spec, reply);
  }

  /// See `Store.produce`.
  void produce(String topic, int partition, ByteBuffer batch, ProduceReply reply) {
    store.produce(topic, partition, batch, reply);
  }

  /// See `Store.isCrowded`.
  boolean isCrowded() {
    return store.isCrowded();
  }

  /// See `Store.whenRelieved`.
  void whenRelieved(Runnable relieved) {
    store.whenRelieved(relieved);
  }
}
