package io.tributary.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// An open file. Positions count bytes from its start. One thread appends; any may read, or write again what
/// lies below.
public interface DiskFile extends Closeable {
  /// Reads at most what `into` has room for.
  ///
  /// @return the number of bytes read, or -1 when `position` is at or behind the end
  int read(ByteBuffer into, long position) throws IOException;

  /// Reads until `into` is full.
  ///
  /// @return false when the file ends before that
  default boolean readFully(ByteBuffer into, long position) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int bytes = read(into, at);
      if (bytes < 0) {
        return false;
      }
      at += bytes;
    }
    return true;
  }

  /// Writes all that `from` holds. After an exception any part of it may lie in the file.
  void write(ByteBuffer from, long position) throws IOException;

  /// Writes the parts one behind the other, with as few calls to the system as the disk can. After an exception any part
  /// of them may lie in the file.
  default void write(ByteBuffer[] parts, long position) throws IOException {
    long at = position;
    for (ByteBuffer part : parts) {
      int bytes = part.remaining();
      write(part, at);
      at += bytes;
    }
  }

  /// Returns when all that was written lies on the medium.
  void force() throws IOException;

  void truncate(long size) throws IOException;

  long size() throws IOException;

  /// Sends at most `count` bytes to a channel, without copying them where the machine can.
  ///
  /// @return the number of bytes sent, 0 when the channel takes none now
  long transferTo(long position, long count, WritableByteChannel to) throws IOException;
}
