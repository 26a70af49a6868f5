package io.tributary.log;

import io.tributary.record.BatchRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one compacted segment of a few that lie one behind the other: reads them, writes what is kept, and lets it take
/// their place. Confined to one thread.
final class SegmentRewrite implements AutoCloseable {
  /// Segments whose place one takes.
  ///
  /// @param endOffset where the segment behind them begins
  /// @param isWhole whether the keys of all of it are known, so that it counts as compacted
  /// @param mayDropTombstones whether nothing that lies before it was left as it was
  record Group(List<Segment> segments, long endOffset, boolean isWhole, boolean mayDropTombstones) {
    Segment first() {
      return segments.get(0);
    }
  }

  private final Group group;
  private final BatchReader reader;
  private final CompactedSegment made;
  private final KeptBatches kept;

  /// How many of the segments have been read, and the one that is read now.
  private int read;

  private @Nullable SoundBatches batches;

  private SegmentRewrite(Group group, BatchReader reader, CompactedSegment made, KeptBatches kept) {
    this.group = group;
    this.reader = reader;
    this.made = made;
    this.kept = kept;
  }

  /// What all rewrites of a pass share.
  ///
  /// @param gathered see {@link CompactedSegment}
  record Tools(
      SegmentedLog log,
      PartitionLogConfig config,
      CompactionConfig policy,
      KeyOffsets keys,
      long nowMs,
      BatchReader reader,
      ByteBuffer gathered) {}

  /// Begins to rewrite, and holds a use of the first segment until it is closed.
  ///
  /// @return null when the first segment is deleted
  /// @throws SoundBatches.Unsound when its header cannot be read
  static @Nullable SegmentRewrite begin(Group group, Tools tools)
      throws IOException, SoundBatches.Unsound {
    Segment first = group.first();
    if (first.acquire() == null) {
      return null;
    }
    SegmentRewrite begun = null;
    try {
      SegmentHeader header = headerOf(first, tools);
      if (header == null) {
        return null;
      }
      long endOffset = group.isWhole() ? group.endOffset() : SegmentHeader.NOT_COMPACTED;
      CompactedSegment made =
          CompactedSegment.create(
              tools.log(), header.compacted(endOffset), tools.config(), tools.gathered());
      KeptBatches kept =
          new KeptBatches(
              tools.keys(),
              tools.nowMs(),
              tools.policy().deleteRetentionMs(),
              group.mayDropTombstones(),
              first.baseOffset(),
              tools.config(),
              made::write);
      begun = new SegmentRewrite(group, tools.reader(), made, kept);
      return begun;
    } finally {
      if (begun == null) {
        first.release();
      }
    }
  }

  private static @Nullable SegmentHeader headerOf(Segment segment, Tools tools)
      throws SoundBatches.Unsound {
    try {
      return segment.header(tools.config().logId());
    } catch (IOException damaged) {
      throw new SoundBatches.Unsound("the header of " + segment.path(), damaged);
    }
  }

  Group group() {
    return group;
  }

  /// The segment that is read, or is to be read next.
  Segment reading() {
    return group.segments().get(Math.min(read, group.segments().size() - 1));
  }

  /// Reads one batch further.
  ///
  /// @return how many bytes were read; 0 when all is
  /// @throws SoundBatches.Unsound when something is wrong with the segment that is read, or it is deleted
  long step() throws IOException, SoundBatches.Unsound {
    while (read < group.segments().size()) {
      SoundBatches open = batches;
      if (open == null) {
        open = SoundBatches.of(reading(), endOf(read), reader);
        if (open == null) {
          throw new SoundBatches.Unsound(reading().path() + " is deleted", null);
        }
        batches = open;
      }
      if (open.next()) {
        add(open);
        return open.sizeBytes();
      }
      leave();
      read++;
    }
    return 0;
  }

  /// Lets what was written take the place of what was read.
  ///
  /// @return false when one of the segments was deleted meanwhile
  /// @throws SoundBatches.Unsound when the last of what is kept cannot be written
  boolean finish(PartitionIndexes indexes) throws IOException, SoundBatches.Unsound {
    try {
      kept.end(group.endOffset());
    } catch (BatchRefused tooLarge) {
      throw new SoundBatches.Unsound(reading().path() + ": " + tooLarge.getMessage(), tooLarge);
    }
    made.finish();
    return indexes.replace(group.segments(), made);
  }

  /// The bytes of the new segment so far.
  long sizeBytes() {
    return made.sizeBytes();
  }

  @Override
  public void close() throws IOException {
    try (made) {
      leave();
    } finally {
      group.first().release();
    }
  }

  private long endOf(int index) {
    return index + 1 < group.segments().size()
        ? group.segments().get(index + 1).baseOffset()
        : group.endOffset();
  }

  private void add(SoundBatches open) throws IOException, SoundBatches.Unsound {
    try {
      kept.add(open.batch(), reading().isCompacted());
    } catch (BatchRefused unreadable) {
      throw open.unsound("what " + open.batch() + " holds", unreadable);
    }
  }

  private void leave() throws IOException {
    SoundBatches open = batches;
    if (open != null) {
      batches = null;
      open.close();
    }
  }
}
