package io.tributary.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Whole record batches as they lie in the store, one after the other. Stays readable until it is
/// closed, although retention deletes the segment meanwhile. Confined to one thread at a time.
public interface StoredBatches extends AutoCloseable {
  /// How many bytes there are; 0 at the end of the partition.
  int length();

  /// Sends up to `count` bytes from `position` (0 is the first byte of the first batch) straight
  /// from the file. Bytes sent in this way were checked when they were stored and by the scrub, not
  /// now.
  ///
  /// @return how many bytes went, maybe 0 when the channel takes no more now
  long transferTo(long position, long count, WritableByteChannel to) throws IOException;

  /// Reads up to `into.remaining()` bytes from `position`.
  ///
  /// @return how many bytes were read
  int readInto(ByteBuffer into, long position) throws IOException;

  @Override
  void close();
}
