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
    if (limits.cleanup().compacts() && !takesProducers(name, mirrored)) {
      throw new IllegalArgumentException(
          "only a topic that Kafka producers write to is compacted, and '%s' is %s"
              .formatted(name, mirrored ? "a mirror, whose bytes never change" : "the hub's own"));
    }
  }

  /// One that was asked for.
  public TopicSpec(String name, Layout layout, boolean mirrored, TopicLimits limits) {
    this(name, layout, mirrored, limits, false);
  }

  /// Whether Kafka producers write to it: neither a mirror nor the store's own.
  public boolean takesProducers() {
    return takesProducers(name, mirrored);
  }

  private static boolean takesProducers(String name, boolean mirrored) {
    return !mirrored && !name.equals(GapEntry.TOPIC);
  }

  /// The same with other partitions, which somebody asked for.
  public TopicSpec withLayout(Layout other) {
    return new TopicSpec(name, other, mirrored, limits);
  }

  /// @throws IllegalArgumentException when they are not for such a topic
  public TopicSpec withLimits(TopicLimits other) {
    return new TopicSpec(name, layout, mirrored, other, provisional);
  }

  /// The same, as one that was asked for.
  public TopicSpec settled() {
    return new TopicSpec(name, layout, mirrored, limits);
  }
}
