package io.tributary.store;

/// What a topic is created as.
///
/// @param mirrored whether only edges write to it; a Kafka producer is refused
public record TopicSpec(String name, Layout layout, boolean mirrored, TopicLimits limits) {
  public TopicSpec {
    if (!mirrored && layout instanceof Layout.PerEdge) {
      throw new IllegalArgumentException("only a mirrored topic can be laid out per edge: " + name);
    }
    if (limits.cleanup().compacts() && !takesProducers(name, mirrored)) {
      throw new IllegalArgumentException(
          "only a topic that Kafka producers write to is compacted, and '%s' is %s"
              .formatted(name, mirrored ? "a mirror, whose bytes never change" : "the hub's own"));
    }
  }

  /// Whether Kafka producers write to it: neither a mirror nor the store's own.
  public boolean takesProducers() {
    return takesProducers(name, mirrored);
  }

  private static boolean takesProducers(String name, boolean mirrored) {
    return !mirrored && !name.equals(GapEntry.TOPIC);
  }

  /// @throws IllegalArgumentException when they are not for such a topic
  public TopicSpec withLimits(TopicLimits other) {
    return new TopicSpec(name, layout, mirrored, other);
  }
}
