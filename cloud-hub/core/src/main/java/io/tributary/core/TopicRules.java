package io.tributary.core;

import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a topic is created as when the first stream of its name is opened: as the configuration's
/// `topics:` says, else by the pattern for all others, else not at all.
public final class TopicRules {
  private final Map<String, TopicSpec> configured = new LinkedHashMap<>();
  private final @Nullable TopicSpec pattern;
  private final Set<String> reserved;

  /// @param configured the topics that the configuration names
  /// @param pattern what any other topic is created as, whatever its name says; null: `auto-create:
  ///     false`
  public TopicRules(List<TopicSpec> configured, @Nullable TopicSpec pattern) {
    this(configured, pattern, Set.of());
  }

  /// @param reserved the names of topics that the hub itself creates when it comes to write them
  public TopicRules(List<TopicSpec> configured, @Nullable TopicSpec pattern, Set<String> reserved) {
    this.reserved = Set.copyOf(reserved);
    for (TopicSpec topic : configured) {
      if (this.configured.put(topic.name(), topic) != null) {
        throw new IllegalArgumentException("the topic '" + topic.name() + "' is configured twice");
      }
    }
    this.pattern = pattern;
  }

  /// The topics that the configuration names, to be created when the hub starts.
  public List<TopicSpec> configured() {
    return List.copyOf(configured.values());
  }

  /// What a missing topic is created as; null: it is not.
  public @Nullable TopicSpec ifMissing(String name) {
    if (reserved.contains(name)) {
      return null;
    }
    TopicSpec topic = configured.get(name);
    if (topic != null) {
      return topic;
    }
    if (pattern == null || TopicName.isHubsOwn(name) || TopicName.objection(name) != null) {
      return null;
    }
    return new TopicSpec(name, pattern.layout(), pattern.mirrored(), pattern.limits());
  }
}
