package io.tributary.front.kafka;

import org.jspecify.annotations.Nullable;

/// Topics that the hub itself writes on somebody's behalf, and that are read like any other. A Kafka client does not write
/// them, delete them, or give them partitions.
@FunctionalInterface
public interface ReservedTopics {
  /// No topic is.
  ReservedTopics NONE = topic -> null;

  /// Who alone writes a topic, to follow "only": "the pipeline 'hot'"; null when it is anybody's.
  @Nullable String writer(String topic);
}
