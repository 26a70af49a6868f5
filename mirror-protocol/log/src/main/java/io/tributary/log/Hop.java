package io.tributary.log;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Hops from batch to batch, reading only their headers, and checks what a batch's CRC does not cover: each begins with
/// the offset where the one before ended, and has no leader epoch. What passes this and {@link #check} may be served from
/// the file as it is.
///
/// A base offset above the one that is due, behind damage or where bytes were taken out, is right only together with what
/// comes behind: such a batch is open until the next hop.
final class Hop {
  /// How much is read at once when nothing is known of the batches yet.
  private static final int FIRST_BYTES = 4 * 1024;

  /// How much is read at once where many batches lie in it; of larger ones only the headers are.
  private static final int WINDOW_BYTES = 16 * 1024;

  /// How much is read at once of what is checked.
  private static final int CHECK_BYTES = 64 * 1024;

  private static final int MAGIC = 16;
  private static final int CRC_COVERS_FROM = 21;
  private static final byte MAGIC_V2 = 2;

  /// Why the batch at the position is open.
  private enum Open {
    NO,
    /// Only the damage before it knows how far the offsets went on.
    BEHIND_DAMAGE,
    /// It begins behind a hole that nothing explains.
    BEHIND_HOLE
  }

  private final DiskFile file;
  private final SparseIndex index;
  private final long end;
  private final long endOffset;
  private final boolean isPerEdge;
  private final BatchView view = new BatchView();
  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).limit(0);
  private long bytesPosition;

  private long position;
  private int size;
  private long baseOffset;
  private long nextOffset;
  private Open open = Open.NO;

  /// @param end where the segment ends
  /// @param endOffset where the next segment begins; {@link OffsetChain#NO_OFFSET} when there is none yet
  Hop(DiskFile file, long end, long endOffset, SparseIndex index, boolean isPerEdge) {
    this.file = file;
    this.end = end;
    this.endOffset = endOffset;
    this.index = index;
    this.isPerEdge = isPerEdge;
  }

  /// Stands at a position where a batch begins, with a base offset that is known, or behind damage that begins there.
  void to(long newPosition, long offset) throws IOException {
    open = Open.NO;
    nextOffset = offset;
    stand(newPosition);
  }

  /// Stands on the next batch, and closes the one before.
  ///
  /// @throws UnknownDamage when the one before was open and is not right, or the next cannot be
  void next() throws IOException {
    stand(position + size);
  }

  /// Reads the batch whole.
  ///
  /// @throws UnknownDamage when its CRC says that it is not as it was written
  void check() throws IOException {
    int expected = view.crc();
    CRC32C crc = new CRC32C();
    long to = position + size;
    for (long at = position + CRC_COVERS_FROM; at < to; ) {
      if (at >= bytesPosition + bytes.limit()) {
        fill(at, CHECK_BYTES);
      }
      int from = (int) (at - bytesPosition);
      int count = (int) Math.min(bytes.limit() - from, to - at);
      crc.update(bytes.array(), from, count);
      at += count;
    }
    if ((int) crc.getValue() != expected) {
      throw new UnknownDamage("a wrong CRC at " + position);
    }
  }

  boolean isBatch() {
    return size > 0;
  }

  /// Whether the batch is right only together with the next.
  boolean isOpen() {
    return open != Open.NO;
  }

  long position() {
    return position;
  }

  int size() {
    return size;
  }

  long baseOffset() {
    return baseOffset;
  }

  long nextOffset() {
    return nextOffset;
  }

  private void stand(long newPosition) throws IOException {
    long due = nextOffset;
    position = index.behindDamage(newPosition);
    boolean isBehindDamage = position != newPosition;
    if (position + BatchView.HEADER_BYTES > end) {
      position = end;
      size = 0;
    } else {
      readHeader();
    }
    if (isBehindDamage || !isBatch()) {
      closeAtTheEnd(due, isBehindDamage);
    }
    if (isBatch()) {
      checkOffset(due, isBehindDamage);
    }
  }

  private void readHeader() throws IOException {
    if (position < bytesPosition
        || position + BatchView.HEADER_BYTES > bytesPosition + bytes.limit()) {
      fill(
          position,
          size == 0 ? FIRST_BYTES : size <= FIRST_BYTES ? WINDOW_BYTES : BatchView.HEADER_BYTES);
    }
    int at = (int) (position - bytesPosition);
    int found;
    try {
      found = BatchBytes.sizeAt(bytes, at);
    } catch (BatchRefused notABatch) {
      throw new UnknownDamage(notABatch.getMessage() + " at " + position);
    }
    view.wrap(bytes, at);
    if (bytes.get(at + MAGIC) != MAGIC_V2 || view.lastOffsetDelta() < 0 || position + found > end) {
      throw new UnknownDamage("no batch at " + position);
    }
    if (view.partitionLeaderEpoch() != Placement.NO_EPOCH) {
      throw new UnknownDamage("a leader epoch at " + position);
    }
    size = found;
    baseOffset = view.baseOffset();
    nextOffset = view.nextOffset();
  }

  /// No batch follows directly on the one before.
  private void closeAtTheEnd(long due, boolean isBehindDamage) throws UnknownDamage {
    boolean isRight =
        switch (open) {
          case NO -> true;
          case BEHIND_DAMAGE -> isBehindDamage || endOffset < 0 || due <= endOffset;
          case BEHIND_HOLE -> !isBehindDamage && due == endOffset;
        };
    if (!isRight) {
      throw new UnknownDamage("an offset before " + due + " that nothing confirms");
    }
    open = Open.NO;
  }

  private void checkOffset(long due, boolean isBehindDamage) throws UnknownDamage {
    if (isPerEdge && view.hasIdentity()) {
      if (baseOffset != view.streamOffset()) {
        throw new UnknownDamage("offset " + baseOffset + " of another batch at " + position);
      }
    } else if (isBehindDamage && baseOffset >= due) {
      open = Open.BEHIND_DAMAGE;
    } else if (baseOffset == due) {
      open = Open.NO;
    } else if (open == Open.NO && baseOffset > due) {
      open = Open.BEHIND_HOLE;
    } else {
      throw new UnknownDamage("offset " + baseOffset + " behind " + due + " at " + position);
    }
  }

  private void fill(long from, int most) throws IOException {
    int wanted = (int) Math.min(most, end - from);
    if (wanted > bytes.capacity()) {
      bytes = ByteBuffer.allocate(wanted);
    }
    bytes.clear().limit(wanted);
    bytesPosition = from;
    if (!file.readFully(bytes, from)) {
      bytes.limit(0);
      throw new IOException("the segment is shorter than it was");
    }
    bytes.flip();
  }

  /// There are bytes that are no batch, or one with a wrong offset, of which the index does not tell; or nobody knows yet
  /// what they were.
  static final class UnknownDamage extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    UnknownDamage(String what) {
      super(what);
    }
  }
}
