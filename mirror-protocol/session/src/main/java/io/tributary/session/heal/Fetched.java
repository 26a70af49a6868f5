package io.tributary.session.heal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What came of asking the other end for a batch.
///
/// @param batch unchecked, as the other end sent it; null unless the outcome is WHOLE
public record Fetched(Outcome outcome, @Nullable ByteBuffer batch) {
  /// How it ended.
  public enum Outcome {
    /// The batch came.
    WHOLE,
    /// The other end does not have it.
    ABSENT,
    /// Another one is on its way from there: ask again.
    BUSY,
    /// The stream is not being mirrored now, or the session ended.
    GONE
  }

  /// It came.
  public static Fetched whole(ByteBuffer batch) {
    return new Fetched(Outcome.WHOLE, batch);
  }

  /// It did not come.
  public static Fetched without(Outcome outcome) {
    return new Fetched(outcome, null);
  }
}
