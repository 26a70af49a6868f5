package io.tributary.adapter;

import io.tributary.record.Record;

/// What a {@link TopicReader} finds.
public sealed interface Found {
  /// Where to go on behind it.
  TopicPosition behind();

  /// A reading, with the headers that the edge gave it (`edge`, `source`, `clock`) before its own.
  ///
  /// @param at its place
  record Stored(TopicPosition at, Record record) implements Found {
    @Override
    public TopicPosition behind() {
      return new TopicPosition(at.stream(), at.offset() + 1);
    }
  }

  /// Readings that are not there any more, or never were.
  ///
  /// @param count how many
  /// @param why in the words of a Gap's reasons, such as `drop-oldest`
  record Missing(TopicPosition behind, long count, String why) implements Found {}
}
