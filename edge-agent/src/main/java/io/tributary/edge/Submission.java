package io.tributary.edge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import io.tributary.log.StateUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that an adapter hands to a journal: a reading, or changes of the adapter's own state
/// without one.
///
/// @param source the emitter it came through
/// @param reading the reading, or null
/// @param updates of the state that changes with it, already in the adapter's own name space
record Submission(
    SourceEmitter source,
    @Nullable Reading reading,
    List<StateUpdate> updates,
    Completion completion) {
  /// What a submission, and each of its updates, takes in memory beyond its bytes.
  private static final int OVERHEAD_BYTES = 128;

  Submission {
    if (reading == null && updates.isEmpty()) {
      throw new IllegalArgumentException("a submission without a reading changes the state");
    }
  }

  int sizeBytes() {
    int size = OVERHEAD_BYTES;
    for (StateUpdate update : updates) {
      size += OVERHEAD_BYTES + length(update.value());
    }
    return reading == null ? size : size + length(reading.key()) + length(reading.value());
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
