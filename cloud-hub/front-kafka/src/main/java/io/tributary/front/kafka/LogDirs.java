package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Answers DescribeLogDirs: one directory with everything in it.
final class LogDirs {
  /// Where it lies on the hub's machine is nobody's business.
  private static final String DIRECTORY = "data";

  private static final long UNKNOWN = -1;

  private final Catalog catalog;
  private final Rights rights;

  LogDirs(Catalog catalog, Rights rights) {
    this.catalog = catalog;
    this.rights = rights;
  }

  Answer.DescribeLogDirs describe(Request.DescribeLogDirs request) {
    List<Answer.DescribeLogDirs.Topic> topics = new ArrayList<>();
    if (!rights.mayAdminister()) {
      return new Answer.DescribeLogDirs(
          KafkaError.CLUSTER_AUTHORIZATION_FAILED, DIRECTORY, UNKNOWN, UNKNOWN, List.of());
    }
    List<Request.DescribeLogDirs.Topic> asked = request.topics();
    if (asked == null) {
      for (TopicStatus topic : catalog.store().topics()) {
        List<Integer> all = IntStream.range(0, topic.partitions()).boxed().toList();
        topics.add(described(topic.name(), all));
      }
    } else {
      for (Request.DescribeLogDirs.Topic topic : asked) {
        topics.add(described(topic.name(), topic.partitions()));
      }
    }
    long usableBytes = catalog.store().status().usableBytes();
    return new Answer.DescribeLogDirs(KafkaError.NONE, DIRECTORY, UNKNOWN, usableBytes, topics);
  }

  /// As in Kafka, what is not there is left out.
  private Answer.DescribeLogDirs.Topic described(String topic, List<Integer> asked) {
    List<Answer.DescribeLogDirs.Partition> partitions = new ArrayList<>();
    for (int index : asked) {
      Partition partition = catalog.partition(topic, index);
      if (partition != null) {
        try {
          partitions.add(new Answer.DescribeLogDirs.Partition(index, partition.sizeBytes()));
        } catch (StoreRefused goneOrUnreadable) {
          catalog.unreadable();
        }
      }
    }
    return new Answer.DescribeLogDirs.Topic(topic, partitions);
  }
}
