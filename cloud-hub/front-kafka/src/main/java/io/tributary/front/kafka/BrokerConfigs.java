package io.tributary.front.kafka;

import io.tributary.store.TopicLimits;
import java.util.List;

/// The settings of the one broker under Kafka's names: what a topic gets of which a client does not say otherwise. They are
/// set in the hub's own file.
final class BrokerConfigs {
  /// Kafka's `ConfigEntry.ConfigType`.
  private static final byte BOOLEAN = 1;

  private static final byte INT = 3;
  private static final byte LONG = 5;

  private BrokerConfigs() {}

  static List<Answer.DescribeConfigs.Setting> of(FrontConfig config) {
    TopicLimits limits = config.topicLimits();
    return List.of(
        setting("broker.id", config.nodeId(), INT, "The number of the one broker."),
        setting("num.partitions", config.partitions(), INT, "Of a topic that a client creates."),
        setting("default.replication.factor", 1, INT, "The hub keeps one replica."),
        setting("log.retention.ms", limits.retentionMs(), LONG, "Of a topic that does not say."),
        setting("log.retention.bytes", limits.retentionBytes(), LONG, "As log.retention.ms."),
        setting("log.segment.bytes", limits.segmentBytes(), INT, "As log.retention.ms."),
        setting("message.max.bytes", limits.maxMessageBytes(), INT, "As log.retention.ms."),
        setting("auto.create.topics.enable", false, BOOLEAN, "Clients create topics by name."),
        setting("delete.topic.enable", true, BOOLEAN, "Clients may delete topics."));
  }

  private static Answer.DescribeConfigs.Setting setting(
      String name, Object value, byte type, String documentation) {
    return new Answer.DescribeConfigs.Setting(name, String.valueOf(value), type, documentation);
  }
}
