package io.tributary.core;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What came of asking an edge for a batch.
///
/// @param batch unchecked, as the edge sent it; null unless the outcome is WHOLE
public record Fetched(Outcome outcome, @Nullable ByteBuffer batch) {
  /// How it ended.
  public enum Outcome {
    /// The batch came.
    WHOLE,
    /// The edge does not have it.
    ABSENT,
    /// Another one is on its way from this edge: ask again.
    BUSY,
    /// The stream is not being mirrored now, or the session ended.
    GONE
  }

  static Fetched without(Outcome outcome) {
    return new Fetched(outcome, null);
  }
}
