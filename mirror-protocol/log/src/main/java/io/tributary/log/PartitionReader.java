package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Looks things up in a partition's segments: slices for {@link PartitionLog#read}, offsets of times, digests.
///
/// Safe for use by many threads. The active segment's index is shared with the writer; those of older segments are
/// loaded when they are asked for, and a few are kept.
final class PartitionReader {
  private static final System.Logger LOG = System.getLogger(PartitionReader.class.getName());

  private static final String SUFFIX = ".index";

  private static final int INDEXES_KEPT = 4;

  private static final int LOOKUP_CHUNK_BYTES = 64 * 1024;

  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final AtomicLong damagedBytes;

  /// Guards the kept indexes and the lookup reader; nothing else is locked inside.
  private final Object lock = new Object();

  private final Map<Long, SparseIndex> indexes = new LinkedHashMap<>(INDEXES_KEPT * 2, 0.75f, true);
  private @Nullable BatchReader lookup;

  /// Whoever asks for a batch asks for the one behind it next.
  private Given lastGiven = new Given(-1, 0, 0, 0);

  /// The newest segment's ordinal and its index, in one reference, so that none is taken for the other.
  private volatile Active active;

  private record Given(long streamId, long next, long ordinal, long position) {}

  private record Active(long ordinal, SparseIndex index) {}

  PartitionReader(
      SegmentedLog log, PartitionLogConfig config, SparseIndex index, AtomicLong damagedBytes) {
    this.log = log;
    this.config = config;
    this.damagedBytes = damagedBytes;
    this.active = new Active(log.newest().ordinal(), index);
  }

  SparseIndex activeIndex() {
    return active.index();
  }

  /// Writes the active segment's index to its file, before another segment begins.
  void sealActiveIndex() {
    Segment segment = log.newest();
    store(segment, active.index());
    synchronized (lock) {
      keep(segment.ordinal(), active.index());
    }
  }

  void beginActiveIndex() {
    active = new Active(log.newest().ordinal(), new SparseIndex(config.indexIntervalBytes()));
  }

  /// A segment was deleted.
  void forget(Segment segment) throws IOException {
    synchronized (lock) {
      indexes.remove(segment.ordinal());
    }
    String path = indexPath(segment);
    if (log.disk().exists(path)) {
      log.disk().delete(path);
    }
  }

  @Nullable LogSlice read(long offset, int maxBytes, long endOffset) throws IOException {
    Segment[] segments = log.segments();
    if (offset >= endOffset || offset < segments[0].baseOffset()) {
      return null;
    }
    for (int i = segmentOf(segments, offset); i < segments.length; i++) {
      LogSlice slice;
      try {
        slice = sliceOf(segments[i], offset, maxBytes);
      } catch (Hop.UnknownDamage e) {
        scrub(segments[i]);
        slice = sliceOf(segments[i], offset, maxBytes);
      }
      if (slice != null) {
        return slice;
      }
    }
    return null;
  }

  @Nullable TimeAndOffset offsetForTime(long timestampMs, long endOffset) throws IOException {
    for (Segment segment : log.segments()) {
      SparseIndex index = index(segment);
      if (index == null || index.maxTimestampMs() < timestampMs) {
        continue;
      }
      TimeAndOffset found = find(segment, index, timestampMs);
      if (found != null) {
        return found.offset() < endOffset ? found : null;
      }
    }
    return null;
  }

  /// The digest of a stream at an offset below its next, when a batch ends there; INSIDE when one goes on there.
  long digestAt(long streamId, long streamOffset) throws IOException {
    Segment[] segments = log.segments();
    for (int i = segments.length - 1; i >= 0; i--) {
      SegmentHeader header = segments[i].header(config.logId());
      if (header == null) {
        return Digest.UNKNOWN;
      }
      PositionTable positions = PositionTable.decode(header.table());
      PositionTable.Entry entry = positions.find(streamId);
      boolean isFromStart = entry == null && header.ordinal() == 1;
      if (isFromStart) {
        entry = positions.findOrAdd(streamId, Digest.START);
      }
      if (entry != null && entry.next() <= streamOffset) {
        return digestIn(segments[i], entry, streamId, streamOffset);
      }
    }
    return Digest.UNKNOWN;
  }

  /// Makes a segment's index say what a scrub has found, and its file what the index says.
  void reconcile(Segment segment, List<StreamChains.Damage> found, long maxTimestampMs)
      throws IOException {
    SparseIndex index = index(segment);
    if (index == null) {
      return;
    }
    Map<Long, Long> ranges = new HashMap<>();
    found.forEach(damage -> ranges.put(damage.from(), damage.to()));
    boolean isNews = false;
    long[] known = index.damages();
    for (int i = 0; i < known.length; i += 2) {
      if (!Long.valueOf(known[i + 1]).equals(ranges.get(known[i])) && known[i] < segment.end()) {
        index.healed(known[i], known[i + 1], maxTimestampMs);
        isNews = true;
      }
    }
    for (StreamChains.Damage damage : found) {
      if (damage.isMisplaced() || !isBatch(segment, damage.from())) {
        isNews |= index.addDamage(damage.from(), damage.to());
      }
    }
    if (segment.ordinal() != active.ordinal()) {
      synchronized (lock) {
        if (!segment.isDeleted() && (isNews || load(segment) == null)) {
          store(segment, index);
        }
      }
    }
  }

  /// Whether a whole batch lies at a position: it may have been healed since it was read.
  private boolean isBatch(Segment segment, long position) throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return false;
    }
    try {
      synchronized (lock) {
        BatchReader reader = lookup();
        reader.start(file, position, segment.end(), id -> true);
        boolean isBatch = reader.next() == BatchReader.Step.BATCH;
        reader.stop();
        return isBatch;
      }
    } finally {
      segment.release();
    }
  }

  /// A damaged range is whole again.
  void healed(Segment segment, long from, long to, long maxTimestampMs) throws IOException {
    SparseIndex index = index(segment);
    if (index != null) {
      index.healed(from, to, maxTimestampMs);
      if (segment.ordinal() != active.ordinal()) {
        synchronized (lock) {
          if (!segment.isDeleted()) {
            store(segment, index);
          }
        }
      }
    }
  }

  /// A copy of the batch of a stream that begins at an offset, with the stream's offset as its base; null when there is
  /// none that is whole.
  @Nullable ByteBuffer batchAt(long streamId, long streamOffset) throws IOException {
    Segment[] segments = log.segments();
    for (int i = segments.length - 1; i >= 0; i--) {
      SegmentHeader header = segments[i].header(config.logId());
      if (header == null) {
        return null;
      }
      PositionTable.Entry entry = PositionTable.decode(header.table()).find(streamId);
      if (entry == null ? header.ordinal() == 1 : entry.next() <= streamOffset) {
        return batchIn(segments[i], streamId, streamOffset);
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
          long next = streamOffset + reader.batch().count();
          lastGiven = new Given(streamId, next, segment.ordinal(), reader.nextPosition());
        }
        reader.stop();
        return copy;
      }
    } finally {
      segment.release();
    }
  }

  private void scrub(Segment segment) throws IOException {
    SparseIndex index = index(segment);
    DiskFile file = segment.acquire();
    if (file == null) {
      return;
    }
    try {
      if (index != null) {
        synchronized (lock) {
          walk(segment, file, (batch, position) -> {}, index);
        }
      }
    } finally {
      segment.release();
    }
  }

  /// Visits every batch of a segment and tells the index of what is none.
  private void walk(Segment segment, DiskFile file, BatchVisitor visitor, SparseIndex index)
      throws IOException {
    BatchReader reader = lookup();
    reader.start(file, segment.headerBytes(), segment.end(), id -> true);
    for (BatchReader.Step step = reader.next();
        step != BatchReader.Step.END;
        step = reader.next()) {
      if (step == BatchReader.Step.BATCH) {
        visitor.visit(reader.batch(), reader.position());
      } else if (index.addDamage(reader.position(), reader.position() + reader.sizeBytes())) {
        damagedBytes.addAndGet(reader.sizeBytes());
        LOG.log(
            System.Logger.Level.ERROR,
            "{0}: {1} B at {2} are damaged and passed over",
            segment.path(),
            Long.toString(reader.sizeBytes()),
            Long.toString(reader.position()));
      }
    }
    reader.stop();
  }

  private interface BatchVisitor {
    void visit(BatchView batch, long position);
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

  private @Nullable LogSlice sliceOf(Segment segment, long offset, int maxBytes)
      throws IOException {
    SparseIndex index = index(segment);
    DiskFile file = segment.acquire();
    if (index == null || file == null) {
      if (file != null) {
        segment.release();
      }
      return null;
    }
    LogSlice slice = null;
    try {
      Hop hop = new Hop(file, segment.end(), index);
      hop.to(index.positionOfOffset(offset, segment.headerBytes()));
      while (hop.isBatch() && hop.nextOffset() <= offset) {
        hop.next();
      }
      if (hop.isBatch()) {
        long start = hop.position();
        long baseOffset = hop.baseOffset();
        long end = wholeBatches(hop, start, start + maxBytes, index);
        slice = new LogSlice(segment, file, start, (int) (end - start), baseOffset);
      }
      return slice;
    } finally {
      if (slice == null) {
        segment.release();
      }
    }
  }

  /// Where the whole batches from `start` end that fit before `most`; behind the first batch at least.
  private static long wholeBatches(Hop hop, long start, long most, SparseIndex index)
      throws IOException {
    long stop = index.nextDamage(start, hop.end());
    if (stop <= most) {
      return stop;
    }
    long behindFirst = start + hop.size();
    long known = index.positionAtOrBefore(most, start);
    hop.to(Math.max(known, start));
    while (hop.isBatch() && hop.position() + hop.size() <= most) {
      hop.next();
    }
    return Math.max(behindFirst, hop.position());
  }

  private @Nullable TimeAndOffset find(Segment segment, SparseIndex index, long timestampMs)
      throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    try {
      synchronized (lock) {
        BatchReader reader = lookup();
        long from = index.positionOfTime(timestampMs, segment.headerBytes());
        reader.start(file, from, segment.end(), id -> true);
        RecordCursor records = new RecordCursor(config.limits());
        for (BatchReader.Step step = reader.next();
            step != BatchReader.Step.END;
            step = reader.next()) {
          BatchView batch = reader.batch();
          if (step == BatchReader.Step.DAMAGE
              || batch.isControl()
              || batch.maxTimestampMs() < timestampMs) {
            continue;
          }
          TimeAndOffset found = find(records, batch, timestampMs);
          if (found != null) {
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

  /// A batch whose records cannot be read answers with its first offset: whoever asked begins there and sees.
  private static @Nullable TimeAndOffset find(
      RecordCursor records, BatchView batch, long timestampMs) {
    try {
      records.wrap(batch);
      while (records.next()) {
        if (records.timestampMs() >= timestampMs) {
          return new TimeAndOffset(records.timestampMs(), records.offset());
        }
      }
      return null;
    } catch (BatchRefused unreadable) {
      return new TimeAndOffset(batch.maxTimestampMs(), batch.baseOffset());
    }
  }

  /// The digest at an offset inside a batch or a Gap: inside a Gap nothing changes, unless batches went with it that
  /// nobody knows any more. Unknown if the offset does not lie inside.
  private static long inside(
      BatchView batch, long before, PositionTable.Entry behind, long streamOffset) {
    if (streamOffset <= batch.streamOffset() || streamOffset >= behind.next()) {
      return Digest.UNKNOWN;
    }
    boolean isUnchanged = batch.isControl() && before == behind.digest();
    return isUnchanged && before != Digest.UNKNOWN ? before : Digest.INSIDE;
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

  /// The index of a segment, loaded or made anew if need be; null when the segment is deleted.
  private @Nullable SparseIndex index(Segment segment) throws IOException {
    Active newest = active;
    if (segment.ordinal() == newest.ordinal()) {
      return newest.index();
    }
    synchronized (lock) {
      SparseIndex index = indexes.get(segment.ordinal());
      if (index == null) {
        index = load(segment);
        if (index == null) {
          index = rebuild(segment);
        }
        if (index != null) {
          keep(segment.ordinal(), index);
        }
      }
      return index;
    }
  }

  private void keep(long ordinal, SparseIndex index) {
    indexes.put(ordinal, index);
    if (indexes.size() > INDEXES_KEPT) {
      indexes.remove(indexes.keySet().iterator().next());
    }
  }

  private @Nullable SparseIndex load(Segment segment) throws IOException {
    String path = indexPath(segment);
    if (!log.disk().exists(path)) {
      return null;
    }
    try (DiskFile file = log.disk().open(path)) {
      return SparseIndex.read(file, segment.end(), config.indexIntervalBytes());
    }
  }

  private @Nullable SparseIndex rebuild(Segment segment) throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    SparseIndex index = new SparseIndex(config.indexIntervalBytes());
    try {
      BatchVisitor add =
          (batch, position) -> index.add(batch.baseOffset(), position, batch.maxTimestampMs());
      walk(segment, file, add, index);
    } finally {
      segment.release();
    }
    return index;
  }

  /// A fault here does no harm to the log: an index that is missing or wrong is made anew.
  private void store(Segment segment, SparseIndex index) {
    String path = indexPath(segment);
    try {
      if (log.disk().exists(path)) {
        log.disk().delete(path);
      }
      try (DiskFile file = log.disk().create(path)) {
        file.write(index.encode(segment.end()), 0);
        file.force();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} could not be written: {1}", path, e.getMessage());
    }
  }

  /// A power cut may come between the deletion of a segment and that of its index.
  static void deleteStrayIndexes(SegmentedLog log) throws IOException {
    Set<String> wanted = new HashSet<>();
    for (Segment segment : log.segments()) {
      wanted.add(indexPath(segment));
    }
    for (String name : log.disk().list(log.directory())) {
      String path = log.directory() + "/" + name;
      if (name.endsWith(SUFFIX) && !wanted.contains(path)) {
        log.disk().delete(path);
      }
    }
  }

  static String indexPath(Segment segment) {
    return segment.path().replace(Segment.SUFFIX, SUFFIX);
  }
}
