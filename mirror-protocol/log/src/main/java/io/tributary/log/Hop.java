package io.tributary.log;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;

/// Hops from batch to batch, reading only their headers.
final class Hop {
  /// How much is read at once.
  private static final int HOP_BYTES = 4096;

  private static final int HEADER_BYTES = 27;
  private static final int MAGIC = 16;
  private static final byte MAGIC_V2 = 2;
  private static final int LAST_OFFSET_DELTA = 23;

  private final DiskFile file;
  private final long end;
  private final SparseIndex index;
  private final ByteBuffer bytes = ByteBuffer.allocate(HOP_BYTES).limit(0);
  private long bytesPosition;
  private long position;
  private long baseOffset;
  private long nextOffset;
  private int size;

  Hop(DiskFile file, long end, SparseIndex index) {
    this.file = file;
    this.end = end;
    this.index = index;
  }

  /// Stands at a position where a batch begins, or behind damage that begins there.
  void to(long newPosition) throws IOException {
    position = index.behindDamage(newPosition);
    size = 0;
    if (position + BatchView.HEADER_BYTES > end) {
      position = end;
      return;
    }
    if (position < bytesPosition || position + HEADER_BYTES > bytesPosition + bytes.limit()) {
      read();
    }
    int at = (int) (position - bytesPosition);
    try {
      size = BatchBytes.sizeAt(bytes, at);
    } catch (BatchRefused notABatch) {
      throw new UnknownDamage(notABatch.getMessage() + " at " + position);
    }
    baseOffset = bytes.getLong(at);
    if (bytes.get(at + MAGIC) != MAGIC_V2 || position + size > end) {
      throw new UnknownDamage("no batch at " + position);
    }
    nextOffset = baseOffset + bytes.getInt(at + LAST_OFFSET_DELTA) + 1L;
  }

  void next() throws IOException {
    long before = nextOffset;
    to(position + size);
    if (isBatch() && baseOffset < before) {
      throw new UnknownDamage("offset " + baseOffset + " behind " + before + " at " + position);
    }
  }

  boolean isBatch() {
    return size > 0;
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

  /// Where what may be read ends.
  long end() {
    return end;
  }

  long nextOffset() {
    return nextOffset;
  }

  private void read() throws IOException {
    bytes.clear().limit((int) Math.min(HOP_BYTES, end - position));
    bytesPosition = position;
    if (!file.readFully(bytes, position)) {
      throw new IOException("the segment is shorter than it was");
    }
    bytes.flip();
  }

  /// There are bytes that are no batch, of which the index does not tell.
  static final class UnknownDamage extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    UnknownDamage(String what) {
      super(what);
    }
  }
}
