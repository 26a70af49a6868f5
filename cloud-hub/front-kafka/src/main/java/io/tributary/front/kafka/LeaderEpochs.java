package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import java.util.ArrayList;
import java.util.List;

/// Answers OffsetForLeaderEpoch. There is one leader, and nothing that it has shown is ever cut off: all batches, Metadata and
/// ListOffsets name the epoch -1, whose end is the partition's. Of any other epoch nothing is known, as in Kafka.
final class LeaderEpochs {
  static final int ONLY = -1;
  private static final long NO_OFFSET = -1;

  private final Catalog catalog;
  private final Rights rights;

  LeaderEpochs(Catalog catalog, Rights rights) {
    this.catalog = catalog;
    this.rights = rights;
  }

  Answer.OffsetForLeaderEpoch ends(Request.OffsetForLeaderEpoch request) {
    List<Answer.OffsetForLeaderEpoch.Topic> topics = new ArrayList<>();
    for (Request.OffsetForLeaderEpoch.Topic topic : request.topics()) {
      List<Answer.OffsetForLeaderEpoch.Point> points = new ArrayList<>();
      topic.points().forEach(point -> points.add(end(topic.name(), point)));
      topics.add(new Answer.OffsetForLeaderEpoch.Topic(topic.name(), points));
    }
    return new Answer.OffsetForLeaderEpoch(topics);
  }

  private Answer.OffsetForLeaderEpoch.Point end(
      String topic, Request.OffsetForLeaderEpoch.Point asked) {
    int index = asked.partition();
    if (!rights.mayDescribe(topic)) {
      return point(index, KafkaError.TOPIC_AUTHORIZATION_FAILED, NO_OFFSET);
    }
    Partition partition = catalog.partition(topic, index);
    if (partition == null) {
      return point(index, KafkaError.UNKNOWN_TOPIC_OR_PARTITION, NO_OFFSET);
    }
    try {
      long endOffset = partition.endOffset();
      return point(index, KafkaError.NONE, asked.leaderEpoch() == ONLY ? endOffset : NO_OFFSET);
    } catch (StoreRefused e) {
      catalog.unreadable();
      return point(index, KafkaError.of(e), NO_OFFSET);
    }
  }

  private static Answer.OffsetForLeaderEpoch.Point point(
      int partition, KafkaError error, long endOffset) {
    return new Answer.OffsetForLeaderEpoch.Point(partition, error, ONLY, endOffset);
  }
}
