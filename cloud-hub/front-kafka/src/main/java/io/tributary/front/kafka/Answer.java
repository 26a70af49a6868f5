package io.tributary.front.kafka;

import io.tributary.store.StoredBatches;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client is told, free of the versions in which Kafka's protocol says it. Each answers the
/// {@link Request} of the same name.
sealed interface Answer {

  record ApiVersions(boolean understood) implements Answer {}

  record Metadata(Cluster cluster, List<Topic> topics) implements Answer {
    /// @param partitions how many, all led by the one broker
    /// @param internal hidden by consumers that subscribe to patterns
    record Topic(KafkaError error, TopicRef topic, int partitions, boolean internal) {}
  }

  record DescribeCluster(Cluster cluster) implements Answer {}

  /// The one broker that this front shows.
  record Cluster(String id, int nodeId, String host, int port) {}

  record DescribeConfigs(List<Resource> resources) implements Answer {
    record Resource(
        KafkaError error, @Nullable String text, byte type, String name, List<Setting> settings) {}

    /// @param type Kafka's `ConfigEntry.ConfigType`
    record Setting(String name, String value, byte type, String documentation) {}
  }

  record ListOffsets(List<Topic> topics) implements Answer {
    record Topic(String name, List<Point> points) {}

    /// @param timestamp of the record at `offset`, or -1
    /// @param offset -1: there is none
    record Point(int partition, KafkaError error, long timestamp, long offset) {}
  }

  record Fetch(KafkaError error, List<Topic> topics) implements Answer {
    record Topic(TopicRef topic, List<Portion> portions) {}

    /// @param batches null: none; whoever writes the answer closes them
    record Portion(
        int partition,
        KafkaError error,
        long startOffset,
        long endOffset,
        @Nullable StoredBatches batches) {}

    /// Closes the batches of an answer that is not sent.
    void drop() {
      for (Topic topic : topics) {
        for (Portion portion : topic.portions()) {
          if (portion.batches() != null) {
            portion.batches().close();
          }
        }
      }
    }
  }

  record InitProducerId(long producerId) implements Answer {}

  record Produce(List<Topic> topics) implements Answer {
    record Topic(TopicRef topic, List<Partition> partitions) {}

    record Partition(int partition, KafkaError error, String text) {}
  }
}
