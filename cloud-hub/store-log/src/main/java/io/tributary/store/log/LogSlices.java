package io.tributary.store.log;

import io.tributary.log.LogSlice;
import io.tributary.store.StoredBatches;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/// A slice of a segment's file, which stays readable although retention deletes the segment.
final class LogSlices implements StoredBatches {
  static final StoredBatches EMPTY = new LogSlices(null);

  private static final Logger LOG = System.getLogger(LogSlices.class.getName());

  private final @Nullable LogSlice slice;
  private boolean closed;

  LogSlices(@Nullable LogSlice slice) {
    this.slice = slice;
  }

  @Override
  public int length() {
    return slice == null ? 0 : slice.length();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
    long some = Math.min(count, length() - position);
    if (slice == null || some <= 0) {
      return 0;
    }
    return slice.transferTo(position, some, to);
  }

  @Override
  public int readInto(ByteBuffer into, long position) throws IOException {
    int some = (int) Math.min(into.remaining(), length() - position);
    if (slice == null || some <= 0) {
      return 0;
    }
    slice.readInto(into, (int) position);
    return some;
  }

  @Override
  public void close() {
    if (slice == null || closed) {
      return;
    }
    closed = true;
    try {
      slice.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a segment that was read did not close", e);
    }
  }
}
