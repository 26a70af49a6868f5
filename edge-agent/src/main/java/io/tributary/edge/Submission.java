package io.tributary.edge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import io.tributary.log.StateUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that an adapter hands to a journal, of which all becomes durable at once, or nothing: readings, and changes of the
/// adapter's own state. Where a transform has left nothing of a reading, there may be neither.
///
/// @param source the emitter it came through
/// @param readings of topics of the journal's class
/// @param updates of the state that changes with them, already in the adapter's own name space
record Submission(
    SourceEmitter source,
    List<Reading> readings,
    List<StateUpdate> updates,
    Completion completion) {
  /// What a submission, each of its readings, and each of its updates take in memory beyond their bytes.
  private static final int OVERHEAD_BYTES = 128;

  /// The one reading, or null where there is none.
  @Nullable Reading only() {
    return readings.size() == 1 ? readings.get(0) : null;
  }

  int sizeBytes() {
    int size = OVERHEAD_BYTES;
    for (StateUpdate update : updates) {
      size += OVERHEAD_BYTES + length(update.value());
    }
    for (Reading reading : readings) {
      size += length(reading.key()) + length(reading.value());
    }
    return readings.size() < 2 ? size : size + OVERHEAD_BYTES * readings.size();
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
