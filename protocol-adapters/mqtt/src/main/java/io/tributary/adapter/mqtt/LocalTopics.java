package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Topics that are passed on to local subscribers without being logged, and what an acknowledgement of theirs means. Event loop
/// only.
final class LocalTopics {
  private static final int REMEMBERED = 1024;

  private final List<Local> rules;
  private final Map<String, Optional<Local>> known = new HashMap<>();

  /// What an acknowledgement says.
  enum Meaning {
    /// All that has to survive is on disk: the places in the queues of sessions that last, and what is retained.
    STORED,
    /// The broker has it.
    RECEIVED
  }

  /// One entry of the list `local`.
  record Local(TopicFilter filter, Meaning ack) {}

  LocalTopics(List<Local> rules) {
    this.rules = rules;
  }

  /// The first rule that takes a topic.
  Optional<Local> of(String topic) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    if (known.size() >= REMEMBERED) {
      known.clear();
    }
    return known.computeIfAbsent(topic, this::find);
  }

  private Optional<Local> find(String topic) {
    String[] levels = TopicFilter.levels(topic);
    return rules.stream().filter(rule -> rule.filter.matches(levels)).findFirst();
  }
}
