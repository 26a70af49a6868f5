package io.tributary.adapter;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads one topic of this edge: each reading that is durable, in order, and in the place of those that are gone what became
/// of them. Confined to one thread of the adapter.
///
/// It keeps nothing that is mirrored from being deleted: who reads so slowly that the quota or the retention overtakes him finds
/// {@link Found.Missing}.
public interface TopicReader extends AutoCloseable {
  /// The next reading, or what is missing before it.
  ///
  /// @return null when there is nothing more now
  /// @throws IOException when the disk does not give it; the next call tries again
  @Nullable Found next() throws IOException;

  /// Where it goes on: behind what was found last. Never {@link TopicPosition#NEWEST}.
  TopicPosition position();

  /// How many readings lie ahead.
  long ahead();

  /// Reads on from another place.
  void seek(TopicPosition position);

  /// What lies before a position is not needed by this reader any more, also after a restart. Where the topic is not mirrored,
  /// it stays until all pipelines that read it have said so.
  void done(TopicPosition before);

  @Override
  void close();
}
