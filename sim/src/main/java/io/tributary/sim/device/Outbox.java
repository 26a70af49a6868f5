package io.tributary.sim.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// What one connection has still to send: it grows with what is put into it, and shrinks to nothing when all is sent, since thousands of
/// connections have one each. One thread.
final class Outbox {
  private static final int FIRST_BYTES = 512;
  private static final int KEPT_BYTES = 8 << 10;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

  /// A buffer, to be written to, with room for that much more.
  ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger = ByteBuffer.allocate(2 * bytes.capacity() + more);
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }

  int waitingBytes() {
    return bytes.position();
  }

  /// Hands over as much as is taken.
  void drainTo(WritableByteChannel channel) throws IOException {
    bytes.flip();
    channel.write(bytes);
    bytes.compact();
    if (bytes.position() == 0 && bytes.capacity() > KEPT_BYTES) {
      bytes = ByteBuffer.allocate(FIRST_BYTES);
    }
  }

  /// Forgets what a connection that is gone has not sent.
  void clear() {
    bytes.clear();
  }
}
