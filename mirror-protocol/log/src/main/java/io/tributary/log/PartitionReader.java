package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Looks things up in a partition's segments: slices for {@link PartitionLog#read}, offsets of times, digests.
///
/// What is served was read and checked: each batch is what its CRC says, and begins with the offset where the one before
/// ended. Where that is not so, the segment is read whole, and what can be is written again, before anything of it is
/// given. Before records that are lacking and that somebody may still give back, a reader waits.
///
/// Safe for use by many threads.
final class PartitionReader {
  private static final System.Logger LOG = System.getLogger(PartitionReader.class.getName());

  private static final int LOOKUP_CHUNK_BYTES = 64 * 1024;

  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final PartitionIndexes indexes;
  private final HeldDamage held;
  private final SegmentCheck check;

  /// One doubtful segment is read at a time.
  private final Object checkLock = new Object();

  /// Guards the lookup reader.
  private final Object lock = new Object();

  private @Nullable BatchReader lookup;

  /// Whoever asks for a batch asks for the one behind it next.
  private Given lastGiven = new Given(-1, 0, 0, 0);

  /// Reads a segment in which something cannot be right, writes again what it can, and makes its index tell of the rest.
  interface SegmentCheck {
    void of(Segment segment) throws IOException;
  }

  private record Given(long streamId, long next, long ordinal, long position) {}

  PartitionReader(
      SegmentedLog log,
      PartitionLogConfig config,
      PartitionIndexes indexes,
      HeldDamage held,
      SegmentCheck check) {
    this.log = log;
    this.config = config;
    this.indexes = indexes;
    this.held = held;
    this.check = check;
  }

  /// @param waits whether to wait for what may still be healed
  /// @return null when there is nothing; a slice of no length while what lies there may still be healed
  @Nullable LogSlice read(long offset, int maxBytes, long endOffset, boolean waits)
      throws IOException {
    Segment[] segments = log.segments();
    if (offset >= endOffset || offset < segments[0].baseOffset()) {
      return null;
    }
    for (int i = segmentOf(segments, offset); i < segments.length; i++) {
      Segment segment = segments[i];
      LogSlice slice =
          checked(segment, isLast -> sliceOf(segment, offset, maxBytes, waits, isLast));
      if (slice != null) {
        return slice;
      }
      if (isOutdated(segments, segment)) {
        return read(offset, maxBytes, endOffset, waits);
      }
    }
    return null;
  }

  /// Whether a segment is gone, and with it the list that was read: another may stand in its place.
  // The same list, not an equal one: it is replaced whenever it changes.
  @SuppressWarnings("ReferenceEquality")
  private boolean isOutdated(Segment[] segments, Segment segment) {
    return segment.isDeleted() && log.segments() != segments;
  }

  /// Looks something up in a segment.
  private interface LookUp<T> {
    /// @param isLast what is right before something that is not may be given
    @Nullable T in(boolean isLast) throws IOException;
  }

  /// Looks something up. When what lies there cannot be right, the segment is checked first; when it still cannot be, its
  /// index is made anew.
  private <T> @Nullable T checked(Segment segment, LookUp<T> asked) throws IOException {
    try {
      return asked.in(false);
    } catch (Hop.UnknownDamage e) {
      LOG.log(System.Logger.Level.WARNING, "{0} is checked: {1}", segment.path(), e.getMessage());
    }
    try {
      synchronized (checkLock) {
        check.of(segment);
      }
      return asked.in(false);
    } catch (Hop.UnknownDamage e) {
      indexes.renew(segment);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: what is wrong cannot be written again: {1}",
          segment.path(),
          e.getMessage());
    }
    return asked.in(true);
  }

  @Nullable TimeAndOffset offsetForTime(long timestampMs, long startOffset, long endOffset)
      throws IOException {
    Segment[] segments = log.segments();
    for (Segment segment : segments) {
      SparseIndex index = indexes.of(segment);
      boolean isBefore = index != null && index.maxTimestampMs() < timestampMs;
      TimeAndOffset found =
          index == null || isBefore
              ? null
              : checked(segment, isLast -> find(segment, timestampMs, startOffset));
      if (found != null) {
        return found.offset() < endOffset ? found : null;
      }
      if (!isBefore && isOutdated(segments, segment)) {
        return offsetForTime(timestampMs, startOffset, endOffset);
      }
    }
    return null;
  }

  /// The digest of a stream at an offset below its next, when a batch ends there; INSIDE or INSIDE_GAP when one goes on there.
  long digestAt(long streamId, long streamOffset) throws IOException {
    Segment[] segments = log.segments();
    for (int i = segments.length - 1; i >= 0; i--) {
      SegmentHeader header = header(segments[i]);
      if (header == null) {
        return Digest.UNKNOWN;
      }
      PositionTable positions = PositionTable.decode(header.table());
      PositionTable.Entry entry = positions.find(streamId);
      boolean isFromStart = entry == null && segments[i].baseOffset() == 0;
      if (isFromStart) {
        entry = positions.findOrAdd(streamId, Digest.START);
      }
      if (entry != null && entry.next() <= streamOffset) {
        return digestIn(segments[i], entry, streamId, streamOffset);
      }
    }
    return Digest.UNKNOWN;
  }

  /// A segment's header, null when it has been deleted; a damaged one is made whole first.
  private @Nullable SegmentHeader header(Segment segment) throws IOException {
    try {
      return segment.header(config.logId());
    } catch (IOException damaged) {
      LOG.log(System.Logger.Level.WARNING, "{0} is checked: its header", segment.path());
      synchronized (checkLock) {
        check.of(segment);
      }
      return segment.header(config.logId());
    }
  }

  /// A copy of the first whole batch of a stream that begins at an offset or behind, with the stream's offset as its base;
  /// null when there is none.
  @Nullable ByteBuffer batchFrom(long streamId, long streamOffset) throws IOException {
    Segment[] segments = log.segments();
    long[] begins = new long[segments.length];
    int first = segments.length - 1;
    for (; first >= 0; first--) {
      SegmentHeader header = header(segments[first]);
      if (header == null) {
        return null;
      }
      PositionTable.Entry entry = PositionTable.decode(header.table()).find(streamId);
      begins[first] = entry == null ? 0 : entry.next();
      if (entry == null ? segments[first].baseOffset() == 0 : entry.next() <= streamOffset) {
        break;
      }
    }
    for (int i = Math.max(first, 0); i < segments.length; i++) {
      long from = Math.max(begins[i], streamOffset);
      boolean isEmpty = i + 1 < segments.length && begins[i + 1] <= from;
      ByteBuffer copy = isEmpty ? null : batchIn(segments[i], streamId, from);
      if (copy != null) {
        return copy;
      }
    }
    return null;
  }

  private @Nullable ByteBuffer batchIn(Segment segment, long streamId, long streamOffset)
      throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    try {
      synchronized (lock) {
        boolean goesOn =
            lastGiven.streamId() == streamId
                && lastGiven.next() == streamOffset
                && lastGiven.ordinal() == segment.ordinal();
        BatchReader reader = lookup();
        long from = goesOn ? lastGiven.position() : segment.headerBytes();
        reader.start(file, from, segment.end(), id -> true);
        ByteBuffer copy = reader.copyOf(streamId, streamOffset);
        if (copy != null) {
          long next = reader.batch().streamOffset() + reader.batch().count();
          lastGiven = new Given(streamId, next, segment.ordinal(), reader.nextPosition());
        }
        reader.stop();
        return copy;
      }
    } finally {
      segment.release();
    }
  }

  private static int segmentOf(Segment[] segments, long offset) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private @Nullable LogSlice sliceOf(
      Segment segment, long offset, int maxBytes, boolean waits, boolean isLast)
      throws IOException {
    SparseIndex index = indexes.of(segment);
    DiskFile file = segment.acquire();
    if (index == null || file == null) {
      if (file != null) {
        segment.release();
      }
      return null;
    }
    LogSlice slice = null;
    try {
      Hop hop = hop(segment, file, index);
      SparseIndex.Entry from = index.ofOffset(offset, startOf(segment));
      hop.to(from.position(), from.offset());
      long before = from.position();
      while (hop.isBatch() && hop.nextOffset() <= offset) {
        before = hop.position() + hop.size();
        hop.next();
      }
      boolean isHole = !hop.isBatch() || hop.baseOffset() > offset;
      if (waits && isHole && isHeld(segment, before, hop.position(), isLast)) {
        slice = new LogSlice(segment, file, hop.position(), 0, offset);
      } else if (hop.isBatch()) {
        long start = hop.position();
        long baseOffset = hop.baseOffset();
        long end = wholeBatches(hop, start + maxBytes, isLast);
        slice = new LogSlice(segment, file, start, (int) (end - start), baseOffset);
      }
      return slice;
    } finally {
      if (slice == null) {
        segment.release();
      }
    }
  }

  /// Whether a reader is to wait before a hole, of which it must be known what was in it.
  private boolean isHeld(Segment segment, long from, long to, boolean isLast)
      throws Hop.UnknownDamage {
    if (!segment.isChecked() && !isLast) {
      throw new Hop.UnknownDamage("a hole from " + from + " to " + to);
    }
    return held.lies(segment, from, to);
  }

  private static SparseIndex.Entry startOf(Segment segment) {
    return new SparseIndex.Entry(segment.baseOffset(), segment.headerBytes());
  }

  private Hop hop(Segment segment, DiskFile file, SparseIndex index) {
    long end = segment.end();
    Segment behind = log.behind(segment);
    long endOffset = behind == null ? OffsetChain.NO_OFFSET : behind.baseOffset();
    return new Hop(file, end, endOffset, index, config.isPerEdge());
  }

  /// Where the whole batches end that lie one behind the other and fit before `most`; behind the first one at least.
  private static long wholeBatches(Hop hop, long most, boolean isLast) throws IOException {
    long right = -1;
    try {
      long end;
      do {
        hop.check();
        end = hop.position() + hop.size();
        right = hop.isOpen() ? right : end;
        hop.next();
        right = end;
      } while (hop.isBatch() && hop.position() == end && end + hop.size() <= most);
      return end;
    } catch (Hop.UnknownDamage e) {
      if (isLast && right >= 0) {
        return right;
      }
      throw e;
    }
  }

  private @Nullable TimeAndOffset find(Segment segment, long timestampMs, long startOffset)
      throws IOException {
    SparseIndex index = indexes.of(segment);
    DiskFile file = segment.acquire();
    if (index == null || file == null) {
      if (file != null) {
        segment.release();
      }
      return null;
    }
    try {
      synchronized (lock) {
        SparseIndex.Entry from = index.ofTime(timestampMs, startOf(segment));
        Hop hop = hop(segment, file, index);
        hop.to(from.position(), from.offset());
        BatchReader reader = lookup();
        reader.start(file, from.position(), segment.end(), id -> true);
        RecordCursor records = new RecordCursor(config.limits());
        for (BatchReader.Step step = reader.next();
            step != BatchReader.Step.END;
            step = reader.next()) {
          BatchView batch = reader.batch();
          if (step == BatchReader.Step.DAMAGE
              || batch.isControl()
              || batch.nextOffset() <= startOffset
              || batch.maxTimestampMs() < timestampMs) {
            continue;
          }
          TimeAndOffset found = find(records, batch, timestampMs, startOffset);
          if (found != null && isServed(hop, reader.position())) {
            return found;
          }
        }
        reader.stop();
        return null;
      }
    } finally {
      segment.release();
    }
  }

  /// Whether the batch at a position is served, with the offset that it has.
  private static boolean isServed(Hop hop, long position) throws IOException {
    while (hop.isBatch() && hop.position() < position) {
      hop.next();
    }
    boolean isServed = hop.isBatch() && hop.position() == position;
    if (hop.isOpen()) {
      hop.next();
    }
    return isServed;
  }

  /// A batch whose records cannot be read answers with its first offset: whoever asked begins there and sees.
  private static @Nullable TimeAndOffset find(
      RecordCursor records, BatchView batch, long timestampMs, long startOffset) {
    try {
      records.wrap(batch);
      while (records.next()) {
        if (records.timestampMs() >= timestampMs && records.offset() >= startOffset) {
          return new TimeAndOffset(records.timestampMs(), records.offset());
        }
      }
      return null;
    } catch (BatchRefused unreadable) {
      return new TimeAndOffset(batch.maxTimestampMs(), Math.max(startOffset, batch.baseOffset()));
    }
  }

  /// The digest at an offset inside a batch or a Gap: inside a Gap nothing changes, unless batches went with it that
  /// nobody knows any more. Unknown if the offset does not lie inside.
  private static long inside(
      BatchView batch, long before, PositionTable.Entry behind, long streamOffset) {
    if (streamOffset <= batch.streamOffset() || streamOffset >= behind.next()) {
      return Digest.UNKNOWN;
    }
    if (!batch.isControl()) {
      return Digest.INSIDE;
    }
    boolean isUnchanged = before == behind.digest() && before != Digest.UNKNOWN;
    return isUnchanged ? before : Digest.INSIDE_GAP;
  }

  private long digestIn(
      Segment segment, PositionTable.Entry entry, long streamId, long streamOffset)
      throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return Digest.UNKNOWN;
    }
    try {
      synchronized (lock) {
        BatchReader reader = lookup();
        reader.start(file, segment.headerBytes(), segment.end(), id -> true);
        long inside = Digest.UNKNOWN;
        while (entry.next() < streamOffset) {
          BatchReader.Step step = reader.next();
          if (step == BatchReader.Step.END) {
            break;
          }
          if (step == BatchReader.Step.BATCH
              && reader.batch().hasIdentity()
              && reader.batch().streamId() == streamId) {
            long before = entry.digest();
            PartitionRecovery.advance(entry, reader.batch());
            inside = inside(reader.batch(), before, entry, streamOffset);
          }
        }
        reader.stop();
        if (inside != Digest.UNKNOWN) {
          return inside;
        }
        return entry.next() == streamOffset ? entry.digest() : Digest.UNKNOWN;
      }
    } finally {
      segment.release();
    }
  }

  private BatchReader lookup() {
    BatchReader reader = lookup;
    if (reader == null) {
      reader = new BatchReader(config.limits(), LOOKUP_CHUNK_BYTES);
      lookup = reader;
    }
    return reader;
  }
}
