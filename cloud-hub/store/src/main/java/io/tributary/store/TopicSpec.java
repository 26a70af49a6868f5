package io.tributary.store;

/// What a topic is created as.
///
/// @param mirrored whether only edges write to it; a Kafka producer is refused
public record TopicSpec(String name, Layout layout, boolean mirrored, TopicLimits limits) {
  public TopicSpec {
    if (!mirrored && layout instanceof Layout.PerEdge) {
      throw new IllegalArgumentException("only a mirrored topic can be laid out per edge: " + name);
    }
  }

  /// Whether Kafka producers write to it: neither a mirror nor the store's own.
  public boolean takesProducers() {
    return !mirrored && !name.equals(GapEntry.TOPIC);
  }

  public TopicSpec withLayout(Layout other) {
    return new TopicSpec(name, other, mirrored, limits);
  }

  public TopicSpec withLimits(TopicLimits other) {
    return new TopicSpec(name, layout, mirrored, other);
  }
}
