package io.tributary.front.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
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
  record Metadata(@Nullable List<TopicRef> topics) implements Request {}

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
  record Fetch(
      int maxWaitMs,
      int minBytes,
      int maxBytes,
      int sessionId,
      int sessionEpoch,
      List<Fetch.Topic> topics)
      implements Request {
    record Topic(TopicRef topic, List<Fetch.Place> places) {}

    record Place(int partition, long offset, int maxBytes) {}
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
  }
}
