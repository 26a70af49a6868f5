package io.tributary.front.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.requests.AbstractRequest;
import org.jspecify.annotations.Nullable;

/// What a client asks, free of the versions in which Kafka's protocol says it.
sealed interface Request {

  /// Which requests are understood here?
  ///
  /// @param understood false when the client asked in a version that is newer than ours
  record ApiVersions(boolean understood) implements Request {}

  /// A client wants to log in.
  ///
  /// @param mechanism a name of SASL
  /// @param isRaw its tokens are to follow without any header, as before KIP-152
  record SaslHandshake(String mechanism, boolean isRaw) implements Request {}

  /// A step of a login.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record SaslAuthenticate(byte[] token) implements Request {
    /// A token may be a password.
    @Override
    public String toString() {
      return "SaslAuthenticate";
    }
  }

  /// Which topics are there, and where?
  ///
  /// @param topics null: all of them
  /// @param mayCreate whether a topic that is named and not there is to be created
  record Metadata(@Nullable List<TopicRef> topics, boolean mayCreate) implements Request {}

  /// Which brokers are there?
  record DescribeCluster() implements Request {}

  /// How is a topic set up?
  record DescribeConfigs(List<DescribeConfigs.Resource> resources) implements Request {
    /// @param type Kafka's `ConfigResource.Type`; 2 is a topic
    /// @param keys null: all of them
    record Resource(byte type, String name, @Nullable List<String> keys) {}
  }

  /// At which offset does a partition begin, end, or reach a time?
  record ListOffsets(List<ListOffsets.Topic> topics) implements Request {
    record Topic(String name, List<ListOffsets.Point> points) {}

    /// @param timestamp milliseconds since 1970, or one of the negative ones that {@link Catalog}
    ///     names
    record Point(int partition, long timestamp) {}
  }

  /// Batches from some offsets on.
  ///
  /// @param maxWaitMs how long to wait for `minBytes`
  /// @param maxBytes of the whole answer, except that its first batch is always sent whole
  /// @param sessionId of the client's fetch session, or 0
  /// @param sessionEpoch what the session is asked for, see {@link Fetching}
  /// @param topics all that the client wants, or, within a session, what changes
  /// @param forgotten what it no longer wants
  record Fetch(
      int maxWaitMs,
      int minBytes,
      int maxBytes,
      int sessionId,
      int sessionEpoch,
      List<Fetch.Topic> topics,
      List<Fetch.Forgotten> forgotten)
      implements Request {
    record Topic(TopicRef topic, List<Fetch.Place> places) {}

    record Place(int partition, long offset, int maxBytes) {}

    record Forgotten(TopicRef topic, List<Integer> partitions) {}

    /// The same, with so many bytes at most.
    Fetch within(int bytes) {
      return new Fetch(
          maxWaitMs,
          minBytes,
          Math.min(maxBytes, bytes),
          sessionId,
          sessionEpoch,
          topics,
          forgotten);
    }
  }

  /// Topics are to be created, each named once.
  ///
  /// @param isDryRun whether to look only whether they could be
  record CreateTopics(boolean isDryRun, List<CreateTopics.Topic> topics) implements Request {
    /// @param partitions -1: as many as the hub makes by default
    /// @param replicas -1: as many as there are by default
    /// @param assignments for each partition, on how many brokers and on which first; empty: chosen here
    /// @param settings under Kafka's names
    record Topic(
        String name,
        int partitions,
        int replicas,
        Map<Integer, List<Integer>> assignments,
        Map<String, String> settings) {}
  }

  /// Topics are to be deleted, each named once.
  record DeleteTopics(List<TopicRef> topics) implements Request {}

  /// Where is the coordinator of these groups, or of these transactions?
  ///
  /// @param keyType Kafka's `CoordinatorType`
  record FindCoordinator(byte keyType, List<String> keys) implements Request {
    static final byte GROUP = 0;
    static final byte TRANSACTION = 1;
  }

  /// What a group's coordinator is asked.
  record OfGroup(AbstractRequest request) implements Request {}

  /// Topics are to get more partitions, each named once.
  ///
  /// @param isDryRun whether to look only whether they could
  record CreatePartitions(boolean isDryRun, List<CreatePartitions.Topic> topics)
      implements Request {
    /// @param count how many it has then
    /// @param assignments for each new partition its brokers; null: chosen here
    record Topic(String name, int count, @Nullable List<List<Integer>> assignments) {}
  }

  /// Settings of topics are to be changed, each topic named once.
  ///
  /// @param isDryRun whether to look only whether they could be
  record AlterConfigs(boolean isDryRun, List<AlterConfigs.Resource> resources) implements Request {
    /// @param type Kafka's `ConfigResource.Type`
    /// @param isWhole whether a setting that is not named goes back to its default
    record Resource(
        byte type, String name, boolean isWhole, List<AlterConfigs.Alteration> alterations) {}

    /// @param operation Kafka's `AlterConfigOp.OpType`
    /// @param value null: none
    record Alteration(String name, byte operation, @Nullable String value) {}
  }

  /// As {@link AlterConfigs}, in Kafka's newer words.
  record IncrementalAlterConfigs(AlterConfigs changes) implements Request {}

  /// The first records of partitions are to be deleted.
  record DeleteRecords(List<DeleteRecords.Topic> topics) implements Request {
    record Topic(String name, List<DeleteRecords.Bound> bounds) {}

    /// @param offset the first one to be kept; -1: none of those that are there now
    record Bound(int partition, long offset) {}
  }

  /// Where does an epoch of a partition's leader end?
  record OffsetForLeaderEpoch(List<OffsetForLeaderEpoch.Topic> topics) implements Request {
    record Topic(String name, List<OffsetForLeaderEpoch.Point> points) {}

    record Point(int partition, int leaderEpoch) {}
  }

  /// How much lies on the broker's disk?
  ///
  /// @param topics null: all of them
  record DescribeLogDirs(@Nullable List<DescribeLogDirs.Topic> topics) implements Request {
    record Topic(String name, List<Integer> partitions) {}
  }

  /// Which partitions do topics have, some at a time?
  ///
  /// @param topics in the order of their names, each once; empty: all of them
  /// @param partitionsMost as many are told of in one answer
  /// @param from where to go on; null: at the beginning
  record DescribeTopicPartitions(
      List<String> topics, int partitionsMost, DescribeTopicPartitions.@Nullable Cursor from)
      implements Request {
    record Cursor(String topic, int partition) {}
  }

  /// Which things have settings?
  ///
  /// @param types Kafka's `ConfigResource.Type`; empty: all of them
  record ListConfigResources(List<Byte> types) implements Request {}

  /// Which quotas do clients have?
  ///
  /// @param isStrict whether a quota is of these types of entities and no others
  record DescribeClientQuotas(List<DescribeClientQuotas.Component> components, boolean isStrict)
      implements Request {
    /// @param matchType Kafka's `DescribeClientQuotasRequest`: by name, the default, or any
    /// @param match null unless by name
    record Component(String entityType, byte matchType, @Nullable String match) {}
  }

  /// Quotas are to be changed; to what does not matter here.
  ///
  /// @param clients each by what it is called
  record AlterClientQuotas(List<List<AlterClientQuotas.Entity>> clients) implements Request {
    /// @param name null: the default
    record Entity(String type, @Nullable String name) {}
  }

  /// A producer wants an identity.
  record InitProducerId(boolean isTransactional) implements Request {}

  /// A producer writes.
  ///
  /// @param acks 1 and -1 (all) mean the same here; 0 wants no answer
  record Produce(short acks, boolean isTransactional, List<Produce.Topic> topics)
      implements Request {
    record Topic(TopicRef topic, List<Produce.Batch> batches) {}

    /// @param bytes from position to limit, in the buffer that the request was read from; null: none
    record Batch(int partition, @Nullable ByteBuffer bytes) {}

    boolean wantsAnswer() {
      return acks != 0;
    }

    /// Of all batches that are not read yet.
    long sizeBytes() {
      long size = 0;
      for (Topic topic : topics) {
        for (Batch batch : topic.batches()) {
          size += batch.bytes() == null ? 0 : batch.bytes().remaining();
        }
      }
      return size;
    }
  }
}
