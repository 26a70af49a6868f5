package io.tributary.front.kafka;

import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicStatus;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A topic's settings under Kafka's names.
final class TopicConfigs {
  /// Kafka's `ConfigEntry.ConfigType`.
  private static final byte BOOLEAN = 1;

  private static final byte STRING = 2;
  private static final byte INT = 3;
  private static final byte LONG = 5;
  private static final byte DOUBLE = 6;
  private static final byte LIST = 7;

  private static final String SEGMENT_BYTES = "segment.bytes";
  private static final String MAX_MESSAGE_BYTES = "max.message.bytes";
  private static final String CLEANUP_POLICY = "cleanup.policy";
  private static final String DELETE_RETENTION_MS = "delete.retention.ms";
  private static final String MIN_CLEANABLE_DIRTY_RATIO = "min.cleanable.dirty.ratio";

  /// Settings that have one value here, which a client may say as well.
  private static final Map<String, String> FIXED =
      Map.of(
          "compression.type", "producer",
          "message.timestamp.type", "CreateTime",
          "min.insync.replicas", "1",
          "unclean.leader.election.enable", "false",
          "preallocate", "false");

  /// What can be changed as long as a topic lives.
  private static final Set<String> CHANGEABLE =
      Set.of(
          "retention.ms",
          "retention.bytes",
          SEGMENT_BYTES,
          MAX_MESSAGE_BYTES,
          CLEANUP_POLICY,
          DELETE_RETENTION_MS,
          MIN_CLEANABLE_DIRTY_RATIO);

  private TopicConfigs() {}

  /// Whether a setting's value is words with commas between them, of which some may be added or taken away.
  static boolean isList(String name) {
    return name.equals(CLEANUP_POLICY);
  }

  /// A list with words more or fewer; each is there once.
  static String ofList(String list, String words, boolean isAdded) {
    Set<String> all = words(list);
    if (isAdded) {
      all.addAll(words(words));
    } else {
      all.removeAll(words(words));
    }
    return String.join(",", all);
  }

  private static Set<String> words(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::trim)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  static boolean isReadOnly(String name) {
    return !CHANGEABLE.contains(name);
  }

  /// The bounds of a topic that a client describes.
  ///
  /// @throws IllegalArgumentException with the reason
  static TopicLimits apply(Map<String, String> settings, TopicLimits defaults) {
    TopicLimits limits = withSizes(settings, defaults);
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      limits = apply(setting.getKey(), setting.getValue(), limits);
    }
    return limits;
  }

  /// Both at once, since one bounds the other. A client that wants small segments need not say that batches are no larger.
  private static TopicLimits withSizes(Map<String, String> settings, TopicLimits defaults) {
    String segment = settings.get(SEGMENT_BYTES);
    long segmentBytes = segment == null ? defaults.segmentBytes() : number(SEGMENT_BYTES, segment);
    String message = settings.get(MAX_MESSAGE_BYTES);
    long messageBytes =
        message == null
            ? Math.min(defaults.maxMessageBytes(), segmentBytes)
            : number(MAX_MESSAGE_BYTES, message);
    return new TopicLimits(
        defaults.retentionMs(),
        defaults.retentionBytes(),
        segmentBytes,
        (int) Math.min(Integer.MAX_VALUE, messageBytes),
        defaults.cleanup());
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
    CleanupPolicy cleanup = limits.cleanup();
    return switch (name) {
      case "retention.ms" -> limits.withRetentionMs(number(name, value));
      case "retention.bytes" -> limits.withRetentionBytes(number(name, value));
      case SEGMENT_BYTES, MAX_MESSAGE_BYTES -> limits; // see withSizes
      case CLEANUP_POLICY -> limits.withCleanup(cleanup.withWords(value));
      case DELETE_RETENTION_MS ->
          limits.withCleanup(cleanup.withDeleteRetentionMs(number(name, value)));
      case MIN_CLEANABLE_DIRTY_RATIO ->
          limits.withCleanup(cleanup.withMinCleanableDirtyRatio(ratio(name, value)));
      default ->
          throw new IllegalArgumentException(
              "no setting '"
                  + name
                  + "' here; there are retention.ms, retention.bytes, segment.bytes,"
                  + " max.message.bytes, cleanup.policy, delete.retention.ms,"
                  + " min.cleanable.dirty.ratio");
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
      case CLEANUP_POLICY -> defaults.cleanup().words();
      case DELETE_RETENTION_MS -> Long.toString(defaults.cleanup().deleteRetentionMs());
      case MIN_CLEANABLE_DIRTY_RATIO ->
          Double.toString(defaults.cleanup().minCleanableDirtyRatio());
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

  private static double ratio(String name, String value) {
    try {
      return Double.parseDouble(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is 0 to 1, not '" + value + "'", e);
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
            CLEANUP_POLICY,
            limits.cleanup().words(),
            LIST,
            "delete: old segments go. compact: older records of a key go."),
        new Answer.DescribeConfigs.Setting(
            DELETE_RETENTION_MS,
            Long.toString(limits.cleanup().deleteRetentionMs()),
            LONG,
            "How long a record without a value is kept where keys are compacted."),
        new Answer.DescribeConfigs.Setting(
            MIN_CLEANABLE_DIRTY_RATIO,
            Double.toString(limits.cleanup().minCleanableDirtyRatio()),
            DOUBLE,
            "Which part is not compacted yet when a compaction begins."),
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
