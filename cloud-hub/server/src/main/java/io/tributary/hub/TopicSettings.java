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

  private static final String CLEANUP_POLICY = "cleanup-policy";

  /// Of a topic that no edge writes, where the default layout is one for edges.
  private static final Layout PLAIN = new Layout.Partitions(Layout.PARTITIONS);

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
    TopicSpec defaults = mirror(root.section("defaults"), initial);
    List<TopicSpec> configured = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Section topics = root.section("topics");
    for (Map.Entry<String, Section> entry : topics.entries().entrySet()) {
      String name = entry.getKey();
      String objection = TopicName.objection(name);
      String twin = TopicName.collision(name, names);
      if (objection != null) {
        topics.refuse(name, objection);
      } else if (TopicName.isHubsOwn(name)) {
        topics.refuse(name, "is the hub's own topic, which it creates by itself: leave it out");
      } else if (twin != null) {
        topics.refuse(name, "differs from '" + twin + "' in '.' and '_' only, which Kafka refuses");
      } else {
        names.add(name);
      }
      TopicSpec read =
          entry.getValue().bool("mirrored", true)
              ? mirror(entry.getValue(), defaults)
              : plain(entry.getValue(), defaults);
      configured.add(new TopicSpec(name, read.layout(), read.mirrored(), read.limits()));
    }
    boolean autoCreate = root.bool("auto-create", true);
    return new TopicSettings(List.copyOf(configured), defaults, autoCreate);
  }

  /// What an edge's topic becomes that is not configured; null: it is not created.
  @Nullable TopicSpec pattern() {
    return autoCreate ? defaults : null;
  }

  /// A topic that edges write.
  private static TopicSpec mirror(Section section, TopicSpec defaults) {
    refuseCompaction(section);
    return new TopicSpec(
        defaults.name(),
        layout(section, defaults.layout()),
        defaults.mirrored(),
        limits(section, defaults.limits()));
  }

  /// A topic that Kafka producers write.
  private static TopicSpec plain(Section section, TopicSpec defaults) {
    if (section.string("layout", "").equals("per-edge")) {
      section.refuse(
          "layout",
          "'per-edge' gives each edge's stream a partition, and to this topic no edge writes: leave"
              + " it out, or 'mirrored: false'");
      return new TopicSpec(defaults.name(), PLAIN, false, defaults.limits());
    }
    Layout byDefault = defaults.layout() instanceof Layout.Partitions same ? same : PLAIN;
    return new TopicSpec(
        defaults.name(),
        layout(section, byDefault),
        false,
        limits(section, defaults.limits()).withCleanup(cleanup(section)));
  }

  private static CleanupPolicy cleanup(Section section) {
    CleanupPolicy cleanup = CleanupPolicy.DELETE;
    if (section.has(CLEANUP_POLICY)) {
      try {
        cleanup = cleanup.withWords(section.string(CLEANUP_POLICY, cleanup.words()));
      } catch (IllegalArgumentException e) {
        section.refuse(CLEANUP_POLICY, String.valueOf(e.getMessage()));
      }
    }
    Duration deleteRetention =
        section.duration(
            "delete-retention",
            Duration.ofMillis(cleanup.deleteRetentionMs()),
            Duration.ZERO,
            RETENTION_MOST);
    return cleanup.withDeleteRetentionMs(deleteRetention.toMillis());
  }

  /// What never changes is not compacted.
  private static void refuseCompaction(Section section) {
    if (section.has(CLEANUP_POLICY)
        && !section.string(CLEANUP_POLICY, "").equals(CleanupPolicy.DELETE.words())) {
      section.refuse(
          CLEANUP_POLICY,
          "is 'delete' here: this topic mirrors edges, and what they wrote never changes. A topic"
              + " for Kafka producers can be compacted: say 'mirrored: false' with it under 'topics',"
              + " or create it with a Kafka client and cleanup.policy=compact");
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
