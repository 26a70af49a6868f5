package io.tributary.log;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds places and digests of streams in a journal's segments. Safe for use by many threads.
final class JournalLookup {
  /// Where to begin to read.
  record Place(Segment segment, long position) {}

  private record Given(long streamId, long next, long ordinal, long position) {}

  private static final int TABLES_KEPT = 8;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final SegmentedLog log;
  private final Limits limits;

  // Guarded by this.
  private final Map<Long, JournalTable> tables = new LinkedHashMap<>(TABLES_KEPT * 2, 0.75f, true);
  private final Map<Long, JournalIndex> indexes = new LinkedHashMap<>();
  private @Nullable BatchReader reader;

  /// Whoever asks for a batch asks for the one behind it next.
  private Given lastGiven = new Given(-1, 0, 0, 0);

  JournalLookup(SegmentedLog log, Limits limits) {
    this.log = log;
    this.limits = limits;
  }

  /// Makes the index of a new segment, and gives up the one that is too old.
  synchronized JournalIndex addIndex(Segment segment) {
    JournalIndex index = new JournalIndex();
    indexes.put(segment.ordinal(), index);
    if (indexes.size() > LogLimits.JOURNAL_INDEXED_SEGMENTS) {
      indexes.remove(indexes.keySet().iterator().next());
    }
    return index;
  }

  synchronized void forget(Segment segment) {
    tables.remove(segment.ordinal());
    indexes.remove(segment.ordinal());
  }

  /// Where the streams stood when a segment began; null when it is deleted.
  synchronized @Nullable JournalTable table(Segment segment) throws IOException {
    JournalTable table = tables.get(segment.ordinal());
    if (table == null) {
      SegmentHeader header = segment.header(log.logId());
      if (header == null) {
        return null;
      }
      table = new JournalTable(JournalTable.decode(header.table()).streams(), Map.of());
      tables.put(segment.ordinal(), table);
      if (tables.size() > TABLES_KEPT) {
        tables.remove(tables.keySet().iterator().next());
      }
    }
    return table;
  }

  /// A place before which no record of the stream at or behind the offset lies.
  Place locate(TrackedStream stream, long offset) throws IOException {
    Segment newest = log.newest();
    long end = newest.end();
    if (offset >= stream.durable().end()) {
      return new Place(
          newest, end); // what is written from now on lies behind the end that was read first
    }
    Segment segment = segmentOf(stream.id(), offset);
    JournalIndex.Entry entry = entry(segment, stream.id(), offset);
    return new Place(segment, entry == null ? segment.headerBytes() : entry.position());
  }

  /// The digest of a stream at an offset, or unknown when no batch or Gap that is kept ends there; INSIDE when a batch
  /// goes on there.
  long digestAt(TrackedStream stream, long offset) throws IOException {
    TrackedStream.Durable durable = stream.durable();
    if (offset == durable.end()) {
      return durable.digest();
    }
    if (offset == 0) {
      return Digest.START;
    }
    for (DeclaredGap gap : stream.gaps()) {
      if (gap.to() == offset) {
        return gap.digestAtTo();
      }
      boolean isInside = gap.from() < offset && offset < gap.to();
      if (isInside && gap.gap().reason() == GapReason.DROP_NEWEST) {
        return gap.digestAtTo(); // a refused reading never had a batch
      }
    }
    if (offset > durable.end() || offset < stream.start()) {
      return Digest.UNKNOWN;
    }
    StreamPosition before = scan(stream, offset);
    if (before.digest() == Digest.INSIDE) {
      return Digest.INSIDE;
    }
    boolean isKnown = before.next() == offset && before.digest() != Digest.UNKNOWN;
    return isKnown ? before.digest() : digestFromBehind(stream, offset, durable);
  }

  /// The digest at an offset behind damage, from the next one that is known: that of the next segment's table, or of the
  /// stream's end. Unknown when the batches until there are not whole.
  private long digestFromBehind(TrackedStream stream, long offset, TrackedStream.Durable durable)
      throws IOException {
    Segment segment = segmentOf(stream.id(), offset);
    Segment behind = log.behind(segment);
    if (behind == null) {
      return digestFromBehind(segment, stream.id(), offset, durable.end(), durable.digest());
    }
    JournalTable table = table(behind);
    JournalTable.Stream end = table == null ? null : table.streams().get(stream.id());
    return end == null
        ? Digest.UNKNOWN
        : digestFromBehind(segment, stream.id(), offset, end.next(), end.digest());
  }

  private synchronized long digestFromBehind(
      Segment segment, long streamId, long offset, long end, long digestAtEnd) throws IOException {
    DiskFile file = digestAtEnd == Digest.UNKNOWN ? null : segment.acquire();
    if (file == null) {
      return Digest.UNKNOWN;
    }
    JournalIndex.Entry entry = entry(segment, streamId, offset);
    long position = entry == null ? segment.headerBytes() : entry.position();
    BatchReader batches = reader();
    long next = offset;
    long fromStart = Digest.START;
    long count = 0;
    try {
      batches.start(file, position, segment.end(), id -> true);
      BatchReader.Step step = batches.next();
      for (; next < end && step != BatchReader.Step.END; step = batches.next()) {
        BatchView batch = batches.batch();
        boolean isBehind =
            step == BatchReader.Step.BATCH
                && batch.producerId() == streamId
                && batch.streamOffset() >= offset;
        if (isBehind && (batch.isControl() || batch.streamOffset() != next)) {
          return Digest.UNKNOWN;
        }
        if (isBehind) {
          next += batch.count();
          fromStart = Digest.extend(fromStart, batch);
          count++;
        }
      }
    } finally {
      batches.stop();
      segment.release();
    }
    return next == end ? Digest.beginning(digestAtEnd, fromStart, count) : Digest.UNKNOWN;
  }

  /// The last place at or below an offset where a batch or a Gap of a stream ends, and the digest there.
  StreamPosition boundaryAt(TrackedStream stream, long offset) throws IOException {
    long known = digestAt(stream, offset);
    if (known != Digest.UNKNOWN && known != Digest.INSIDE) {
      return new StreamPosition(stream.id(), offset, known);
    }
    long start = stream.start();
    if (offset <= start) {
      return new StreamPosition(stream.id(), offset, Digest.UNKNOWN);
    }
    long end = scan(stream, offset).next();
    if (end > offset) { // of what a Gap tells there nothing is left
      return new StreamPosition(stream.id(), start, Digest.UNKNOWN);
    }
    return new StreamPosition(stream.id(), end, end == offset ? known : digestAt(stream, end));
  }

  /// Walks as far as batches and Gaps lead below an offset.
  ///
  /// @return where that ends, and the digest there: INSIDE when a batch goes on over the offset
  private StreamPosition scan(TrackedStream stream, long offset) throws IOException {
    Segment segment = segmentOf(stream.id(), offset);
    JournalTable table = table(segment);
    if (table == null) {
      return new StreamPosition(stream.id(), offset, Digest.UNKNOWN);
    }
    JournalTable.Stream began = table.streams().get(stream.id());
    JournalIndex.Entry entry = entry(segment, stream.id(), offset);
    if (entry == null) {
      long next = began == null ? 0 : began.next();
      long digest = began == null ? Digest.START : began.digest();
      entry = new JournalIndex.Entry(next, segment.headerBytes(), digest);
    }
    return scan(segment, entry, stream, offset);
  }

  /// A copy of the first whole batch that begins at an offset of a stream or behind, as it was written; null when there is
  /// none.
  @Nullable ByteBuffer batchFrom(TrackedStream stream, long offset) throws IOException {
    long from = Math.max(offset, stream.start());
    while (from < stream.durable().end()) {
      Segment segment = segmentOf(stream.id(), from);
      ByteBuffer copy = copyIn(segment, stream, from);
      if (copy != null) {
        return copy;
      }
      Segment behind = log.behind(segment);
      JournalTable table = behind == null ? null : table(behind);
      JournalTable.Stream began = table == null ? null : table.streams().get(stream.id());
      if (began == null || began.next() <= from) {
        return null;
      }
      from = began.next();
    }
    return null;
  }

  private @Nullable ByteBuffer copyIn(Segment segment, TrackedStream stream, long offset)
      throws IOException {
    JournalIndex.Entry entry = entry(segment, stream.id(), offset);
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    try {
      return copy(segment, file, entry, stream.id(), offset);
    } finally {
      segment.release();
    }
  }

  private synchronized @Nullable ByteBuffer copy(
      Segment segment, DiskFile file, JournalIndex.@Nullable Entry from, long streamId, long offset)
      throws IOException {
    BatchReader batches = reader();
    long position = from == null ? segment.headerBytes() : from.position();
    if (lastGiven.streamId() == streamId
        && lastGiven.next() == offset
        && lastGiven.ordinal() == segment.ordinal()) {
      position = lastGiven.position();
    }
    batches.start(file, position, segment.end(), id -> true);
    ByteBuffer copy = batches.copyOf(streamId, offset);
    if (copy != null) {
      long next = batches.batch().streamOffset() + batches.batch().count();
      lastGiven = new Given(streamId, next, segment.ordinal(), batches.nextPosition());
    }
    batches.stop();
    return copy;
  }

  /// A segment's batches have changed: what was noted of them may no longer be all that can be known.
  synchronized void forgetIndex(Segment segment) {
    indexes.remove(segment.ordinal());
  }

  private synchronized StreamPosition scan(
      Segment segment, JournalIndex.Entry from, TrackedStream stream, long offset)
      throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return new StreamPosition(stream.id(), offset, Digest.UNKNOWN);
    }
    TrackedStream walk =
        new TrackedStream(stream.id(), stream.topic(), from.offset(), from.digest(), 0);
    walk.setGaps(DeclaredGap.upTo(stream.gaps(), offset)); // one that begins there is not passed
    BatchReader batches = reader();
    try {
      batches.start(file, from.position(), segment.end(), id -> true);
      while (walk.next() < offset) {
        BatchReader.Step step = batches.next();
        if (step == BatchReader.Step.END) {
          break;
        }
        if (step == BatchReader.Step.BATCH && batches.batch().producerId() == stream.id()) {
          if (Digest.isInside(batches.batch(), offset)) {
            return new StreamPosition(stream.id(), batches.batch().streamOffset(), Digest.INSIDE);
          }
          if (batches.batch().streamOffset() >= offset) {
            break; // what lies right before it is damaged
          }
          walk.recover(batches.batch());
        }
      }
    } finally {
      batches.stop();
      segment.release();
    }
    return walk.position();
  }

  /// The buffer that this reads with; for others only while the journal is opened.
  synchronized BatchReader reader() {
    BatchReader made = reader;
    if (made == null) {
      made = new BatchReader(limits, CHUNK_BYTES);
      reader = made;
    }
    return made;
  }

  /// The last segment that began at or before an offset of a stream; the oldest when none did.
  private Segment segmentOf(long streamId, long offset) throws IOException {
    Segment[] segments = log.segments();
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      JournalTable table = table(segments[middle]);
      if (table == null || table.next(streamId) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return segments[low];
  }

  private synchronized JournalIndex.@Nullable Entry entry(
      Segment segment, long streamId, long offset) {
    JournalIndex index = indexes.get(segment.ordinal());
    return index == null ? null : index.floor(streamId, offset);
  }
}
