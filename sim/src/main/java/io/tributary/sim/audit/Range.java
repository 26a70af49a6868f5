package io.tributary.sim.audit;

/// Offsets of a topic's one stream that are not as they were written.
///
/// @param kind in the audit's words: `damaged` bytes are there and fail, of `absent` ones none are left
/// @param from included
/// @param to excluded
public record Range(String topic, String kind, long from, long to) implements Comparable<Range> {
  static final String DAMAGED = "damaged";
  static final String ABSENT = "absent";

  public Range {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("no range: [" + from + ", " + to + ")");
    }
  }

  long count() {
    return to - from;
  }

  @Override
  public int compareTo(Range other) {
    int byTopic = topic.compareTo(other.topic);
    int byFrom = byTopic != 0 ? byTopic : Long.compare(from, other.from);
    int byTo = byFrom != 0 ? byFrom : Long.compare(to, other.to);
    return byTo != 0 ? byTo : kind.compareTo(other.kind);
  }

  @Override
  public String toString() {
    return "%s %s [%d, %d)".formatted(topic, kind, from, to);
  }
}
