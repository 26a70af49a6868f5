package io.tributary.log;

import io.tributary.record.BatchView;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Walks over the batches of a closed segment of producers as long as nothing is wrong in it: each passes its check and
/// begins where the one before ended, from the segment's first offset to that of the next segment. Holds one use of the
/// segment's file. Confined to one thread.
final class SoundBatches implements AutoCloseable {
  private final Segment segment;
  private final long endOffset;
  private final BatchReader reader;
  private long due;

  private SoundBatches(Segment segment, long endOffset, BatchReader reader) {
    this.segment = segment;
    this.endOffset = endOffset;
    this.reader = reader;
    this.due = segment.baseOffset();
  }

  /// @param endOffset where the next segment begins
  /// @param reader which nobody else uses until this is closed
  /// @return null when the segment is deleted
  static @Nullable SoundBatches of(Segment segment, long endOffset, BatchReader reader)
      throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    reader.start(file, segment.headerBytes(), segment.end(), id -> true);
    return new SoundBatches(segment, endOffset, reader);
  }

  /// @return false at the end
  /// @throws Unsound when something is wrong, or cannot be read
  boolean next() throws Unsound {
    BatchReader.Step step;
    try {
      step = reader.next();
    } catch (IOException unreadable) {
      throw new Unsound(segment.path() + " cannot be read", unreadable);
    }
    return switch (step) {
      case BATCH -> {
        check(reader.batch());
        due = reader.batch().nextOffset();
        yield true;
      }
      case DAMAGE -> throw unsound("no batch at " + reader.position(), null);
      case END -> {
        if (due != endOffset) {
          throw unsound("it ends before offset " + due + ", not " + endOffset, null);
        }
        yield false;
      }
    };
  }

  BatchView batch() {
    return reader.batch();
  }

  long sizeBytes() {
    return reader.sizeBytes();
  }

  /// What is wrong with the segment of this walk.
  Unsound unsound(String what, @Nullable Exception cause) {
    return new Unsound(segment.path() + ": " + what, cause);
  }

  @Override
  public void close() throws IOException {
    reader.stop();
    segment.release();
  }

  private void check(BatchView batch) throws Unsound {
    boolean isInPlace =
        batch.baseOffset() == due && batch.partitionLeaderEpoch() == Placement.NO_EPOCH;
    if (!isInPlace || batch.isControl()) {
      throw unsound("at offset " + due + " is " + batch, null);
    }
  }

  /// Something is wrong in a segment: it is left as it is.
  static final class Unsound extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    Unsound(String what, @Nullable Exception cause) {
      super(what, cause);
    }
  }
}
