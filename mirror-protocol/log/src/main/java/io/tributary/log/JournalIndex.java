package io.tributary.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where to begin to look for a stream's offset in one segment of a journal. The writer adds, others look up.
final class JournalIndex {
  /// A batch of the stream begins at `position` with `offset`; `digest` is the stream's before it.
  record Entry(long offset, long position, long digest) {}

  private static final int ENTRY = 3;

  private static final class Entries {
    private long[] numbers = new long[ENTRY];
    private int size;
  }

  // Guarded by this.
  private final Map<Long, Entries> streams = new HashMap<>();
  private int entries;

  /// Tells of a batch; makes an entry of it when the stream's last one is far enough behind.
  synchronized void add(long streamId, long offset, long position, long digest) {
    Entries stream = streams.get(streamId);
    if (stream == null) {
      if (entries >= LogLimits.JOURNAL_INDEX_ENTRIES) {
        return;
      }
      stream = new Entries();
      streams.put(streamId, stream);
    } else {
      long last = stream.numbers[stream.size - ENTRY + 1];
      if (position - last < LogLimits.JOURNAL_INDEX_INTERVAL_BYTES
          || entries >= LogLimits.JOURNAL_INDEX_ENTRIES) {
        return;
      }
    }
    if (stream.size == stream.numbers.length) {
      stream.numbers = Arrays.copyOf(stream.numbers, stream.size * 2);
    }
    stream.numbers[stream.size++] = offset;
    stream.numbers[stream.size++] = position;
    stream.numbers[stream.size++] = digest;
    entries++;
  }

  /// The stream's last entry at or before an offset.
  synchronized @Nullable Entry floor(long streamId, long offset) {
    Entries stream = streams.get(streamId);
    if (stream == null) {
      return null;
    }
    for (int i = stream.size - ENTRY; i >= 0; i -= ENTRY) {
      if (stream.numbers[i] <= offset) {
        return new Entry(stream.numbers[i], stream.numbers[i + 1], stream.numbers[i + 2]);
      }
    }
    return null;
  }
}
