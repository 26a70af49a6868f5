package io.tributary.front.kafka;

import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// What a client is told, free of the versions in which Kafka's protocol says it. Each answers the
/// {@link Request} of the same name.
sealed interface Answer {

  record ApiVersions(boolean understood) implements Answer {}

  /// @param mechanisms those that are offered
  record SaslHandshake(KafkaError error, List<String> mechanisms) implements Answer {}

  /// @param text null: nothing to say
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record SaslAuthenticate(KafkaError error, @Nullable String text, byte[] token)
      implements Answer {}

  record Metadata(Cluster cluster, List<Metadata.Topic> topics) implements Answer {
    /// @param partitions how many, all led by the one broker
    /// @param internal hidden by consumers that subscribe to patterns
    record Topic(KafkaError error, TopicRef topic, int partitions, boolean internal) {}
  }

  record DescribeCluster(Cluster cluster) implements Answer {}

  /// The one broker that this front shows.
  record Cluster(String id, int nodeId, String host, int port) {}

  record DescribeConfigs(List<DescribeConfigs.Resource> resources) implements Answer {
    record Resource(
        KafkaError error,
        @Nullable String text,
        byte type,
        String name,
        List<DescribeConfigs.Setting> settings) {}

    /// @param type Kafka's `ConfigEntry.ConfigType`
    record Setting(String name, String value, byte type, String documentation) {}
  }

  record ListOffsets(List<ListOffsets.Topic> topics) implements Answer {
    record Topic(String name, List<ListOffsets.Point> points) {}

    /// @param timestamp of the record at `offset`, or -1
    /// @param offset -1: there is none
    record Point(int partition, KafkaError error, long timestamp, long offset) {}
  }

  /// @param sessionId of the client's fetch session; 0: it has none
  record Fetch(KafkaError error, int sessionId, List<Fetch.Topic> topics) implements Answer {
    record Topic(TopicRef topic, List<Fetch.Portion> portions) {}

    /// @param payload null: none
    record Portion(
        int partition,
        KafkaError error,
        long startOffset,
        long endOffset,
        @Nullable Payload payload) {}

    /// Of all batches.
    long sizeBytes() {
      long size = 0;
      for (Fetch.Topic topic : topics) {
        for (Fetch.Portion portion : topic.portions()) {
          size += portion.payload() == null ? 0 : portion.payload().length();
        }
      }
      return size;
    }

    /// Lets go of the batches of an answer that is not sent.
    void drop() {
      for (Fetch.Topic topic : topics) {
        for (Fetch.Portion portion : topic.portions()) {
          Payload payload = portion.payload();
          if (payload != null) {
            payload.drop();
          }
        }
      }
    }
  }

  record CreateTopics(List<CreateTopics.Result> results) implements Answer {
    /// @param partitions -1 with an error
    /// @param text null: nothing to say
    record Result(
        KafkaError error,
        TopicRef topic,
        int partitions,
        List<DescribeConfigs.Setting> settings,
        @Nullable String text) {}
  }

  record DeleteTopics(List<DeleteTopics.Result> results) implements Answer {
    /// @param text null: nothing to say
    record Result(KafkaError error, TopicRef topic, @Nullable String text) {}
  }

  record FindCoordinator(Cluster cluster, List<FindCoordinator.Result> results) implements Answer {
    /// @param text null: nothing to say
    record Result(String key, KafkaError error, @Nullable String text) {}
  }

  /// What a group's coordinator says.
  record OfGroup(ApiMessage body) implements Answer {}

  record CreatePartitions(List<CreatePartitions.Result> results) implements Answer {
    /// @param text null: nothing to say
    record Result(String topic, KafkaError error, @Nullable String text) {}
  }

  record AlterConfigs(List<AlterConfigs.Result> results) implements Answer {
    /// @param text null: nothing to say
    record Result(byte type, String name, KafkaError error, @Nullable String text) {}
  }

  record IncrementalAlterConfigs(AlterConfigs changes) implements Answer {}

  record DeleteRecords(List<DeleteRecords.Topic> topics) implements Answer {
    record Topic(String name, List<DeleteRecords.Result> results) {}

    /// @param startOffset the first offset that is kept; -1 with an error
    record Result(int partition, KafkaError error, long startOffset) {}
  }

  record OffsetForLeaderEpoch(List<OffsetForLeaderEpoch.Topic> topics) implements Answer {
    record Topic(String name, List<OffsetForLeaderEpoch.Point> points) {}

    /// @param leaderEpoch -1: no such epoch is known
    /// @param endOffset -1: no such epoch is known
    record Point(int partition, KafkaError error, int leaderEpoch, long endOffset) {}
  }

  /// @param totalBytes of the disk; -1: not known
  /// @param usableBytes what the disk still has; -1: not known
  record DescribeLogDirs(
      KafkaError error,
      String directory,
      long totalBytes,
      long usableBytes,
      List<DescribeLogDirs.Topic> topics)
      implements Answer {
    record Topic(String name, List<DescribeLogDirs.Partition> partitions) {}

    record Partition(int partition, long sizeBytes) {}
  }

  /// @param next where the next request goes on; null: that was all
  record DescribeTopicPartitions(
      int nodeId,
      List<DescribeTopicPartitions.Topic> topics,
      Request.DescribeTopicPartitions.@Nullable Cursor next)
      implements Answer {
    /// @param from the first partition that is told of
    /// @param to behind the last one
    record Topic(KafkaError error, TopicRef topic, int from, int to) {}
  }

  record ListConfigResources(List<ListConfigResources.Resource> resources) implements Answer {
    /// @param type Kafka's `ConfigResource.Type`
    record Resource(byte type, String name) {}
  }

  /// @param text null: nothing to say
  record DescribeClientQuotas(KafkaError error, @Nullable String text, List<ClientQuota> quotas)
      implements Answer {}

  /// @param error the same for all of them
  record AlterClientQuotas(
      KafkaError error, String text, List<List<Request.AlterClientQuotas.Entity>> clients)
      implements Answer {}

  /// @param producerId -1 with an error
  record InitProducerId(KafkaError error, long producerId) implements Answer {}

  record Produce(List<Produce.Topic> topics) implements Answer {
    record Topic(TopicRef topic, List<Produce.Partition> partitions) {}

    /// Why one of the batches was refused, or null.
    @Nullable String refusal() {
      for (Topic topic : topics) {
        for (Partition partition : topic.partitions()) {
          if (partition.error() != KafkaError.NONE) {
            return partition.error() + ": " + partition.text();
          }
        }
      }
      return null;
    }

    /// @param baseOffset -1: nothing was written
    /// @param startOffset where the partition begins, or -1
    /// @param text null: nothing to say
    record Partition(
        int partition, KafkaError error, long baseOffset, long startOffset, @Nullable String text) {
      static Partition refused(int partition, KafkaError error, String text) {
        return new Partition(partition, error, -1, -1, text);
      }
    }
  }
}
