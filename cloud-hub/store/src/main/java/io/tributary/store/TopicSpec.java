package io.tributary.store;

/// What a topic is created as.
///
/// @param mirrored whether only edges write to it; a Kafka producer is refused
/// @param provisional whether nobody asked for it in words: it was created since a Kafka client named it, and makes way for
///     whoever asks for another one of its name, an edge or an operator, as long as nothing was written to it
public record TopicSpec(
    String name, Layout layout, boolean mirrored, TopicLimits limits, boolean provisional) {
  public TopicSpec {
    if (!mirrored && layout instanceof Layout.PerEdge) {
      throw new IllegalArgumentException("only a mirrored topic can be laid out per edge: " + name);
    }
    if (mirrored && provisional) {
      throw new IllegalArgumentException("a mirrored topic is not provisional: " + name);
    }
  }

  /// One that was asked for.
  public TopicSpec(String name, Layout layout, boolean mirrored, TopicLimits limits) {
    this(name, layout, mirrored, limits, false);
  }

  /// Whether Kafka producers write to it: neither a mirror nor the store's own.
  public boolean takesProducers() {
    return !mirrored && !name.equals(GapEntry.TOPIC);
  }

  public TopicSpec withLayout(Layout other) {
    return new TopicSpec(name, other, mirrored, limits);
  }

  public TopicSpec withLimits(TopicLimits other) {
    return new TopicSpec(name, layout, mirrored, other, provisional);
  }

  /// The same, as one that was asked for.
  public TopicSpec settled() {
    return new TopicSpec(name, layout, mirrored, limits);
  }
}
