package io.tributary.hub;

import io.tributary.settings.Section;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys `topics`, `defaults` and `auto-create`. What a topic does not say, `defaults` says.
///
/// @param defaults what a topic becomes that is not configured
/// @param autoCreate whether an edge's topic that is not configured is created
record TopicSettings(List<TopicSpec> configured, TopicSpec defaults, boolean autoCreate) {
  /// Names no topic: only its layout and limits are used.
  private static final String PATTERN_NAME = "defaults";

  private static final String UNLIMITED = "unlimited";
  private static final Duration RETENTION_LEAST = Duration.ofSeconds(1);
  private static final Duration RETENTION_MOST = Duration.ofDays(36_500);

  private enum LayoutWord {
    PARTITIONS,
    PER_EDGE
  }

  static TopicSettings of(Section root) {
    TopicSpec initial =
        new TopicSpec(
            PATTERN_NAME, new Layout.Partitions(Layout.PARTITIONS), true, TopicLimits.DEFAULT);
    TopicSpec defaults = topic(root.section("defaults"), initial);
    List<TopicSpec> configured = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Section topics = root.section("topics");
    for (Map.Entry<String, Section> entry : topics.entries().entrySet()) {
      String name = entry.getKey();
      String objection = TopicName.objection(name);
      String twin = TopicName.collision(name, names);
      if (objection != null) {
        topics.refuse(name, objection);
      } else if (twin != null) {
        topics.refuse(name, "differs from '" + twin + "' in '.' and '_' only, which Kafka refuses");
      } else {
        names.add(name);
      }
      TopicSpec read = topic(entry.getValue(), defaults);
      configured.add(new TopicSpec(name, read.layout(), read.mirrored(), read.limits()));
    }
    boolean autoCreate = root.bool("auto-create", true);
    return new TopicSettings(List.copyOf(configured), defaults, autoCreate);
  }

  /// What an edge's topic becomes that is not configured; null: it is not created.
  @Nullable TopicSpec pattern() {
    return autoCreate ? defaults : null;
  }

  private static TopicSpec topic(Section section, TopicSpec defaults) {
    refuseCompaction(section);
    return new TopicSpec(
        defaults.name(),
        layout(section, defaults.layout()),
        defaults.mirrored(),
        limits(section, defaults.limits()));
  }

  /// What the hub's configuration names are mirrors.
  private static void refuseCompaction(Section section) {
    if (section.has("cleanup-policy")
        && !section.string("cleanup-policy", "").equals(CleanupPolicy.DELETE.words())) {
      section.refuse(
          "cleanup-policy",
          "is 'delete' here: this topic mirrors edges, and what they wrote never changes. A topic"
              + " for Kafka producers can be compacted: create it with a Kafka client and"
              + " cleanup.policy=compact");
    }
  }

  private static Layout layout(Section section, Layout defaults) {
    LayoutWord fallback =
        switch (defaults) {
          case Layout.Partitions p -> LayoutWord.PARTITIONS;
          case Layout.PerEdge p -> LayoutWord.PER_EDGE;
        };
    LayoutWord word = section.oneOf("layout", LayoutWord.class, fallback);
    int count =
        section.integer(
            "partitions",
            defaults instanceof Layout.Partitions p ? p.count() : Layout.PARTITIONS,
            1,
            Layout.PARTITIONS_MOST);
    int reserve =
        section.integer(
            "reserve",
            defaults instanceof Layout.PerEdge p ? p.reserve() : Layout.RESERVE,
            1,
            Layout.PARTITIONS_MOST);
    return switch (word) {
      case PARTITIONS -> {
        if (section.has("reserve")) {
          section.refuse("reserve", "belongs to 'layout: per-edge'");
        }
        yield new Layout.Partitions(count);
      }
      case PER_EDGE -> {
        if (section.has("partitions")) {
          section.refuse("partitions", "belongs to 'layout: partitions': per-edge has one an edge");
        }
        yield new Layout.PerEdge(reserve);
      }
    };
  }

  private static TopicLimits limits(Section section, TopicLimits defaults) {
    long retentionMs = defaults.retentionMs();
    if (isUnlimited(section, "retention")) {
      retentionMs = TopicLimits.UNLIMITED;
    } else if (section.has("retention")) {
      retentionMs =
          section.duration("retention", RETENTION_MOST, RETENTION_LEAST, RETENTION_MOST).toMillis();
    }
    long retentionBytes = defaults.retentionBytes();
    if (isUnlimited(section, "retention-bytes")) {
      retentionBytes = TopicLimits.UNLIMITED;
    } else if (section.has("retention-bytes")) {
      retentionBytes =
          section.sizeBytes(
              "retention-bytes", Long.MAX_VALUE, TopicLimits.SEGMENT_BYTES_LEAST, Long.MAX_VALUE);
    }
    long segmentBytes =
        section.sizeBytes(
            "segment-bytes",
            defaults.segmentBytes(),
            TopicLimits.SEGMENT_BYTES_LEAST,
            TopicLimits.SEGMENT_BYTES_MOST);
    int maxMessageBytes =
        Math.toIntExact(
            section.sizeBytes(
                "max-message-bytes",
                Math.min(defaults.maxMessageBytes(), segmentBytes),
                TopicLimits.MAX_MESSAGE_BYTES_LEAST,
                segmentBytes));
    return new TopicLimits(retentionMs, retentionBytes, segmentBytes, maxMessageBytes);
  }

  private static boolean isUnlimited(Section section, String key) {
    return section.has(key) && section.string(key, "").equals(UNLIMITED);
  }
}
