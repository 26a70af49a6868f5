package io.tributary.front.kafka;

import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A topic's settings under Kafka's names.
final class TopicConfigs {
  /// Kafka's `ConfigEntry.ConfigType`.
  private static final byte BOOLEAN = 1;

  private static final byte STRING = 2;
  private static final byte INT = 3;
  private static final byte LONG = 5;
  private static final byte LIST = 7;

  /// Settings that have one value here, which a client may say as well.
  private static final Map<String, String> FIXED =
      Map.of(
          "cleanup.policy", "delete",
          "compression.type", "producer",
          "message.timestamp.type", "CreateTime",
          "min.insync.replicas", "1",
          "unclean.leader.election.enable", "false",
          "preallocate", "false");

  /// What can be changed as long as a topic lives.
  private static final Set<String> CHANGEABLE =
      Set.of("retention.ms", "retention.bytes", "segment.bytes", "max.message.bytes");

  private TopicConfigs() {}

  static boolean isReadOnly(String name) {
    return !CHANGEABLE.contains(name);
  }

  /// The bounds of a topic that a client describes.
  ///
  /// @throws IllegalArgumentException with the reason
  static TopicLimits apply(Map<String, String> settings, TopicLimits defaults) {
    TopicLimits limits = defaults;
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      limits = apply(setting.getKey(), setting.getValue(), limits);
    }
    return limits;
  }

  private static TopicLimits apply(String name, String value, TopicLimits limits) {
    String fixed = FIXED.get(name);
    if (fixed != null) {
      if (!fixed.equals(value)) {
        throw new IllegalArgumentException(
            name + " is " + fixed + " on this hub, not '" + value + "'");
      }
      return limits;
    }
    return switch (name) {
      case "retention.ms" ->
          new TopicLimits(
              number(name, value),
              limits.retentionBytes(),
              limits.segmentBytes(),
              limits.maxMessageBytes());
      case "retention.bytes" ->
          new TopicLimits(
              limits.retentionMs(),
              number(name, value),
              limits.segmentBytes(),
              limits.maxMessageBytes());
      case "segment.bytes" ->
          new TopicLimits(
              limits.retentionMs(),
              limits.retentionBytes(),
              number(name, value),
              limits.maxMessageBytes());
      case "max.message.bytes" ->
          new TopicLimits(
              limits.retentionMs(),
              limits.retentionBytes(),
              limits.segmentBytes(),
              (int) Math.min(Integer.MAX_VALUE, number(name, value)));
      default ->
          throw new IllegalArgumentException(
              "no setting '"
                  + name
                  + "' here; there are retention.ms, retention.bytes, segment.bytes,"
                  + " max.message.bytes");
    };
  }

  /// What a setting is for a topic of which nobody says otherwise.
  ///
  /// @throws IllegalArgumentException when there is no such setting, or none that can be changed
  static String byDefault(String name, TopicLimits defaults) {
    String fixed = FIXED.get(name);
    if (fixed != null) {
      return fixed;
    }
    return switch (name) {
      case "retention.ms" -> Long.toString(defaults.retentionMs());
      case "retention.bytes" -> Long.toString(defaults.retentionBytes());
      case "segment.bytes" -> Long.toString(defaults.segmentBytes());
      case "max.message.bytes" -> Integer.toString(defaults.maxMessageBytes());
      default ->
          throw new IllegalArgumentException("no setting '" + name + "' can be changed here");
    };
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is a number, not '" + value + "'", e);
    }
  }

  /// The settings of a topic.
  static List<Answer.DescribeConfigs.Setting> of(TopicStatus topic) {
    TopicLimits limits = topic.spec().limits();
    String layout =
        switch (topic.spec().layout()) {
          case Layout.Partitions partitions -> "partitions";
          case Layout.PerEdge perEdge -> "per-edge";
        };
    return List.of(
        new Answer.DescribeConfigs.Setting(
            "cleanup.policy", "delete", LIST, "Old segments are deleted, keys are not compacted."),
        new Answer.DescribeConfigs.Setting(
            "retention.ms",
            Long.toString(limits.retentionMs()),
            LONG,
            "How long a segment is kept after its arrival; -1 for ever."),
        new Answer.DescribeConfigs.Setting(
            "retention.bytes",
            Long.toString(limits.retentionBytes()),
            LONG,
            "How much of a partition is kept; -1 all of it."),
        new Answer.DescribeConfigs.Setting(
            "segment.bytes", Long.toString(limits.segmentBytes()), INT, "Where a segment ends."),
        new Answer.DescribeConfigs.Setting(
            "max.message.bytes",
            Integer.toString(limits.maxMessageBytes()),
            INT,
            "The largest batch."),
        new Answer.DescribeConfigs.Setting(
            "tributary.layout",
            layout,
            STRING,
            "partitions: streams share them. per-edge: one stream a partition, and the offset is"
                + " the edge's."),
        new Answer.DescribeConfigs.Setting(
            "tributary.mirrored",
            Boolean.toString(topic.spec().mirrored()),
            BOOLEAN,
            "Whether edges write it."));
  }
}
