package io.tributary.hub.cli;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.ControlBatch;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.nio.ByteBuffer;

/// Takes the batches of an answer apart. Confined to one thread.
final class Batches {
  /// Wide: what is in a topic was accepted there, and it is not for a reader to refuse it.
  static final Limits LIMITS =
      new Limits(
          256 * 1024 * 1024,
          256 * 1024 * 1024,
          100_000,
          Short.MAX_VALUE,
          Limits.DECOMPRESSED_BYTES_MOST,
          Integer.MAX_VALUE);

  private final BatchView batch = new BatchView();
  private final RecordCursor cursor = new RecordCursor(LIMITS);

  /// What finds the records and the holes.
  interface Finder {
    /// Takes a record, valid during the call.
    ///
    /// @return false: enough, look no further
    boolean record(Shown shown);

    void gap(ControlBatch.StreamGap gap);

    /// A batch that fails its check, or cannot be read here.
    void unreadable(int partition, long offset, String why);
  }

  /// The offset behind the last whole batch, or `from` if there is none.
  long next(ByteBuffer batches, long from) {
    long next = from;
    for (int at = 0; isWhole(batches, at); at += batch.sizeBytes()) {
      next = Math.max(next, batch.wrap(batches, at).nextOffset());
    }
    return next;
  }

  /// Walks over the records in [from, to).
  ///
  /// @return false when the finder had enough
  boolean walk(String topic, int partition, ByteBuffer batches, long from, long to, Finder finder) {
    for (int at = 0; isWhole(batches, at); at += batch.sizeBytes()) {
      batch.wrap(batches, at);
      if (batch.nextOffset() <= from) {
        continue;
      }
      if (batch.baseOffset() >= to) {
        return true;
      }
      try {
        batch.check(LIMITS);
        if (ControlBatch.isGap(batch)) {
          finder.gap(ControlBatch.readGap(batch));
        } else if (!batch.isControl() && !walk(topic, partition, from, to, finder)) {
          return false;
        }
      } catch (BatchRefused e) {
        finder.unreadable(partition, batch.baseOffset(), String.valueOf(e.getMessage()));
      }
    }
    return true;
  }

  private boolean walk(String topic, int partition, long from, long to, Finder finder)
      throws BatchRefused {
    long shift = batch.hasIdentity() ? batch.streamOffset() - batch.baseOffset() : Long.MIN_VALUE;
    cursor.wrap(batch);
    while (cursor.next()) {
      long offset = cursor.offset();
      if (offset >= to) {
        return true;
      }
      if (offset >= from) {
        long edgeOffset = shift == Long.MIN_VALUE ? Shown.NO_EDGE_OFFSET : offset + shift;
        if (!finder.record(new Shown(topic, partition, cursor, edgeOffset))) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether a whole batch begins at `at`, which `batch` views then.
  private boolean isWhole(ByteBuffer batches, int at) {
    try {
      int size = BatchBytes.sizeAt(batches, at);
      if (size < 0 || size > batches.limit() - at) {
        return false;
      }
      batch.wrap(batches, at);
      return true;
    } catch (BatchRefused e) {
      return false;
    }
  }
}
