package io.tributary.edge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One thing that an adapter hands to a journal: a reading, or a change of the adapter's own state
/// without one.
///
/// @param source the emitter it came through
/// @param reading the reading, or null
/// @param stateKey the key of the state that changes with it, already in the adapter's own name
///     space, or null
/// @param stateValue the new value; null removes the key
@SuppressWarnings("ArrayRecordComponent") // nobody compares submissions
record Submission(
    SourceEmitter source,
    @Nullable Reading reading,
    @Nullable String stateKey,
    byte @Nullable [] stateValue,
    Completion completion) {
  /// What a submission takes in memory beyond its bytes.
  private static final int OVERHEAD_BYTES = 128;

  Submission {
    if (reading == null) {
      Objects.requireNonNull(stateKey, "a submission without a reading changes a state");
    }
  }

  int sizeBytes() {
    int size = OVERHEAD_BYTES + length(stateValue);
    return reading == null ? size : size + length(reading.key()) + length(reading.value());
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
