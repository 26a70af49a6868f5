package io.tributary.store;

import java.util.UUID;

/// A topic as it stands.
///
/// @param topicId born with the topic, as Kafka's clients want it
/// @param partitions how many partitions there are to read; grows in the layout `per-edge`
public record TopicStatus(TopicSpec spec, UUID topicId, int partitions) {
  public String name() {
    return spec.name();
  }
}
