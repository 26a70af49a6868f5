package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pass of a {@link Compaction} over the segments that were closed when it began. Confined to one thread.
///
/// ```
///              compacted         │ not compacted yet     │ written to
///  segments  1  │  2  │    3     │   4   │   5   │   6   │    7
///                                └─ MAPPING ─▶ latest offset of each key, as far as they fit
///            └───────────── REWRITING ─────────────────▶ oldest first
/// ```
///
/// What was compacted before holds each key once, so the keys of the rest suffice. Oldest first, for a tombstone may only go when
/// every older value of its key has: where a segment is left as it is, because something is wrong with it, all tombstones
/// behind it stay.
final class CompactionPass implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CompactionPass.class.getName());

  /// No segment was mapped in part.
  private static final int NONE = -1;

  private final PartitionLogConfig config;
  private final PartitionIndexes indexes;
  private final Set<Segment> leftAlone;

  /// The closed ones, and the one behind them.
  private final Segment[] segments;

  private final SegmentRewrite.Tools tools;
  private final RecordCursor records;

  // MAPPING
  private final int firstDirty;
  private final long mapFrom;
  private int mapping;
  private @Nullable SoundBatches mapped;
  private boolean isMapped;

  /// The segment of which only what lies before `mappedTo` is mapped.
  private int inPart = NONE;

  private long mappedTo;

  // REWRITING
  private final Deque<SegmentRewrite.Group> groups = new ArrayDeque<>();
  private @Nullable SegmentRewrite rewrite;

  /// @param leftAlone segments in which something is wrong; grows
  /// @param resumeAt the offset up to which the first segment that is not compacted was mapped by the pass before
  CompactionPass(
      SegmentedLog log,
      PartitionLogConfig config,
      CompactionConfig policy,
      PartitionIndexes indexes,
      Set<Segment> leftAlone,
      long resumeAt,
      long nowMs) {
    this.config = config;
    this.indexes = indexes;
    this.leftAlone = leftAlone;
    this.segments = log.segments();
    this.records = new RecordCursor(Compaction.recordLimits(config));
    int dirty = 0;
    while (dirty < closed() && !isDirty(segments[dirty])) {
      dirty++;
    }
    this.firstDirty = dirty;
    this.mapping = dirty;
    long start = segments[dirty].baseOffset();
    boolean goesOn = dirty < closed() && resumeAt > start && resumeAt < endOf(dirty);
    this.mapFrom = goesOn ? resumeAt : start;
    KeyOffsets keys = new KeyOffsets(endOf(closed() - 1) - mapFrom, policy.keysBytes());
    BatchReader reader = new BatchReader(config.limits());
    ByteBuffer gathered = ByteBuffer.allocateDirect(LogLimits.CHUNK_BYTES);
    this.tools = new SegmentRewrite.Tools(log, config, policy, keys, nowMs, reader, gathered);
  }

  /// Goes on until so many bytes were read and written.
  ///
  /// @return whether the pass has ended
  boolean step(int maxBytes) throws IOException {
    tools.log().checkOpen();
    long left = maxBytes;
    while (left > 0) {
      if (!isMapped) {
        left -= map();
      } else {
        long bytes = rewrite();
        if (bytes == 0) {
          return true;
        }
        left -= bytes;
      }
    }
    return false;
  }

  /// Where the next pass goes on with the keys of a segment that has too many for one; 0: it begins at a segment's start.
  long mappedTo() {
    return inPart == NONE ? 0 : mappedTo;
  }

  @Override
  public void close() throws IOException {
    leaveMapped();
    leaveRewrite();
  }

  private int closed() {
    return segments.length - 1;
  }

  private long endOf(int index) {
    return segments[index + 1].baseOffset();
  }

  private boolean isDirty(Segment segment) {
    return !segment.isCompacted() && !leftAlone.contains(segment);
  }

  // --- the keys

  /// Takes one batch further, and returns how many bytes were read.
  private long map() throws IOException {
    SoundBatches open = mapped;
    if (open == null) {
      if (mapping == closed()) {
        plan(closed());
        return 0;
      }
      Segment next = segments[mapping];
      open =
          leftAlone.contains(next) ? null : SoundBatches.of(next, endOf(mapping), tools.reader());
      mapped = open;
      if (open == null) {
        mapping++;
        return 0;
      }
    }
    try {
      if (!open.next()) {
        leaveMapped();
        mapping++;
        return 0;
      }
      if (!mapKeys(open)) {
        full();
      }
      return open.sizeBytes();
    } catch (SoundBatches.Unsound e) {
      leaveAlone(segments[mapping], e);
      leaveMapped();
      mapping++;
      return 0;
    }
  }

  /// @return false when there is no room for the next key
  private boolean mapKeys(SoundBatches open) throws SoundBatches.Unsound {
    BatchView batch = open.batch();
    if (batch.nextOffset() <= mapFrom) {
      return true;
    }
    try {
      records.wrap(batch);
      while (records.next()) {
        ByteBuffer key = records.key();
        if (key != null
            && records.offset() >= mapFrom
            && !tools.keys().put(key, records.offset())) {
          mappedTo = records.offset();
          return false;
        }
      }
      return true;
    } catch (BatchRefused unreadable) {
      throw open.unsound("what " + batch + " holds", unreadable);
    }
  }

  /// The keys that are known are enough for the segments before, or for a part of the first.
  private void full() throws IOException {
    leaveMapped();
    if (mapping == firstDirty) {
      inPart = mapping;
      plan(mapping + 1);
    } else {
      plan(mapping);
    }
  }

  private void leaveMapped() throws IOException {
    SoundBatches open = mapped;
    if (open != null) {
      mapped = null;
      open.close();
    }
  }

  private void leaveAlone(Segment segment, Exception why) {
    if (!segment.isDeleted() && leftAlone.add(segment)) {
      LOG.log(System.Logger.Level.WARNING, "not compacted: {0}", why.getMessage());
    }
  }

  // --- the segments

  /// Puts together what becomes one segment.
  ///
  /// @param end behind the last segment that is rewritten
  private void plan(int end) {
    isMapped = true;
    int at = 0;
    while (at < end) {
      int behind = at + 1;
      if (at == inPart) {
        groups.add(group(at, behind, false));
      } else if (!leftAlone.contains(segments[at])) {
        while (behind < end && behind != inPart && isOneSegment(at, behind)) {
          behind++;
        }
        groups.add(group(at, behind, true));
      }
      at = behind;
    }
  }

  private SegmentRewrite.Group group(int from, int to, boolean isWhole) {
    List<Segment> some = List.of(segments).subList(from, to);
    boolean mayDrop = true;
    for (int i = 0; i < from; i++) {
      mayDrop &= !leftAlone.contains(segments[i]);
    }
    return new SegmentRewrite.Group(some, endOf(to - 1), isWhole, mayDrop);
  }

  /// Whether segments from one to another become one: not larger than a segment is, and where old ones are deleted, not of a
  /// longer time than one is written to.
  private boolean isOneSegment(int from, int last) {
    long bytes = segments[from].headerBytes();
    for (int i = from; i <= last; i++) {
      bytes += segments[i].end() - segments[i].headerBytes();
    }
    return bytes <= config.segmentBytes()
        && endOf(last) - segments[from].baseOffset() <= Integer.MAX_VALUE
        && !leftAlone.contains(segments[last])
        && isOfOneTime(from, last);
  }

  private boolean isOfOneTime(int from, int last) {
    if (config.retentionMs() <= 0) {
      return true;
    }
    try {
      SegmentHeader behind = segments[last + 1].header(config.logId());
      return behind != null
          && behind.previousLastArrivalMs() - segments[from].arrivalMs()
              <= config.retentionMs() / LogLimits.SEGMENTS_PER_RETENTION;
    } catch (IOException damaged) {
      return false;
    }
  }

  /// Takes one batch, or the end of a segment, further.
  ///
  /// @return how many bytes were read and written; 0: nothing is left to do
  private long rewrite() throws IOException {
    SegmentRewrite open = rewrite;
    try {
      if (open == null) {
        SegmentRewrite.Group next = groups.peek();
        if (next == null) {
          return 0;
        }
        open = SegmentRewrite.begin(next, tools);
        groups.remove();
        if (open == null) {
          without(next, next.first());
          return 1;
        }
        rewrite = open;
      }
      long before = open.sizeBytes();
      long bytes = open.step();
      if (bytes > 0) {
        return bytes + open.sizeBytes() - before;
      }
      boolean isReplaced = open.finish(indexes);
      leaveRewrite();
      if (!isReplaced) {
        without(open.group(), open.group().first());
      }
      return 1;
    } catch (SoundBatches.Unsound e) {
      SegmentRewrite.Group failed = open == null ? groups.remove() : open.group();
      Segment segment = open == null ? failed.first() : open.reading();
      leaveRewrite();
      leaveAlone(segment, e);
      without(failed, segment);
      return 1;
    }
  }

  /// The others of a group are rewritten without one of them.
  private void without(SegmentRewrite.Group group, Segment one) {
    int at = List.of(segments).indexOf(group.first());
    int gone = List.of(segments).indexOf(one);
    int end = at + group.segments().size();
    if (gone + 1 < end) {
      groups.addFirst(group(gone + 1, end, group.isWhole()));
    }
    if (gone > at) {
      groups.addFirst(group(at, gone, group.isWhole()));
    }
    regroup();
  }

  /// What was left alone meanwhile counts for all that comes behind.
  private void regroup() {
    List<SegmentRewrite.Group> all = new ArrayList<>(groups);
    groups.clear();
    for (SegmentRewrite.Group group : all) {
      int from = List.of(segments).indexOf(group.first());
      groups.add(group(from, from + group.segments().size(), group.isWhole()));
    }
  }

  private void leaveRewrite() throws IOException {
    SegmentRewrite open = rewrite;
    if (open != null) {
      rewrite = null;
      open.close();
    }
  }
}
