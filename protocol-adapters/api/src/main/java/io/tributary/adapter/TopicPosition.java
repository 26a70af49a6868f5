package io.tributary.adapter;

/// A place in a topic of this edge. It outlives restarts of the edge, so an adapter may keep it in its state.
///
/// @param stream the stream that it counts in; a topic begins another one where it is sealed
/// @param offset of the next reading
public record TopicPosition(long stream, long offset) {
  private static final long ANY_STREAM = -1;

  /// The oldest reading that is kept. So is every position whose stream the journal does not know, since its disk was replaced.
  public static final TopicPosition OLDEST = new TopicPosition(ANY_STREAM, 0);

  /// What comes after the reader was opened.
  public static final TopicPosition NEWEST = new TopicPosition(ANY_STREAM, Long.MAX_VALUE);
}
