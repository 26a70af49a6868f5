package io.tributary.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/// Whole batches that lie one behind the other in a file. Keeps the file open until it is closed, even when retention
/// deletes the segment.
public final class LogSlice implements AutoCloseable {
  private final Segment segment;
  private final DiskFile file;
  private final long position;
  private final int length;
  private final long baseOffset;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /// Takes over one use of the segment's file.
  LogSlice(Segment segment, DiskFile file, long position, int length, long baseOffset) {
    this.segment = segment;
    this.file = file;
    this.position = position;
    this.length = length;
    this.baseOffset = baseOffset;
  }

  public DiskFile file() {
    return file;
  }

  /// Where the first batch begins in the file.
  public long position() {
    return position;
  }

  public int length() {
    return length;
  }

  /// The offset of the first record of the first batch, which may lie before the one that was asked for.
  public long baseOffset() {
    return baseOffset;
  }

  /// Sends at most `count` bytes from `from`, counted from the slice's start.
  ///
  /// @return the number of bytes sent, 0 when the channel takes none now
  public long transferTo(long from, long count, WritableByteChannel to) throws IOException {
    return file.transferTo(position + from, Math.min(count, length - from), to);
  }

  /// Reads from `from`, counted from the slice's start, as much as `into` has room for and the slice holds.
  public void readInto(ByteBuffer into, int from) throws IOException {
    int limit = into.limit();
    into.limit(Math.min(limit, into.position() + length - from));
    if (!file.readFully(into, position + from)) {
      throw new IOException(segment.path() + " is shorter than it was");
    }
    into.limit(limit);
  }

  @Override
  public void close() throws IOException {
    if (isClosed.compareAndSet(false, true)) {
      segment.release();
    }
  }
}
