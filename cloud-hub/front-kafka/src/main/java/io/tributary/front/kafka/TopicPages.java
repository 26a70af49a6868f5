package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers DescribeTopicPartitions (KIP-966): topics in the order of their names, and as many of their partitions as one
/// answer may tell of. A topic that is created or grows between two answers may be missed, as in Kafka.
final class TopicPages {
  /// Kafka's `max.request.partition.size.limit`.
  static final int PARTITIONS_MOST = 2_000;

  private final Catalog catalog;
  private final Rights rights;

  TopicPages(Catalog catalog, Rights rights) {
    this.catalog = catalog;
    this.rights = rights;
  }

  Answer.DescribeTopicPartitions page(Request.DescribeTopicPartitions request) {
    int room = Math.clamp(request.partitionsMost(), 1, PARTITIONS_MOST);
    var cursor = request.from();
    List<Answer.DescribeTopicPartitions.Topic> topics = new ArrayList<>();
    for (String name : names(request)) {
      if (cursor != null && name.compareTo(cursor.topic()) < 0) {
        continue;
      }
      if (room == 0) {
        return page(topics, new Request.DescribeTopicPartitions.Cursor(name, 0));
      }
      int from =
          cursor != null && name.equals(cursor.topic()) ? Math.max(0, cursor.partition()) : 0;
      TopicStatus topic = catalog.find(TopicRef.named(name));
      boolean isDenied = !rights.mayDescribe(name);
      if (topic == null || isDenied) {
        KafkaError error =
            isDenied
                ? KafkaError.TOPIC_AUTHORIZATION_FAILED
                : KafkaError.UNKNOWN_TOPIC_OR_PARTITION;
        topics.add(new Answer.DescribeTopicPartitions.Topic(error, TopicRef.named(name), 0, 0));
        continue;
      }
      int to = Math.min(topic.partitions(), from + room);
      TopicRef ref = new TopicRef(name, topic.topicId());
      topics.add(
          new Answer.DescribeTopicPartitions.Topic(KafkaError.NONE, ref, from, Math.max(from, to)));
      room -= Math.max(0, to - from);
      if (to < topic.partitions()) {
        return page(topics, new Request.DescribeTopicPartitions.Cursor(name, to));
      }
    }
    return page(topics, null);
  }

  private List<String> names(Request.DescribeTopicPartitions request) {
    return request.topics().isEmpty()
        ? catalog.store().topics().stream()
            .map(TopicStatus::name)
            .filter(rights::mayDescribe)
            .sorted()
            .toList()
        : request.topics();
  }

  private Answer.DescribeTopicPartitions page(
      List<Answer.DescribeTopicPartitions.Topic> topics,
      Request.DescribeTopicPartitions.@Nullable Cursor next) {
    return new Answer.DescribeTopicPartitions(catalog.nodeId(), topics, next);
  }
}
