package io.tributary.session.twoparty;

import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// One direction of a link: bytes in order, delivered in whatever parts the seed wants.
final class Wire {
  private ByteBuffer bytes = ByteBuffer.allocate(1024);
  private final FrameReader reader = new FrameReader();

  void write(Frame frame) {
    makeRoom(FrameCodec.sizeBytesMost(frame));
    FrameCodec.encode(frame, bytes);
  }

  int pendingBytes() {
    return bytes.position();
  }

  /// Takes the oldest bytes, so that they can go on somewhere else.
  byte[] take(int bytesMost) {
    byte[] part = new byte[Math.min(bytesMost, bytes.position())];
    bytes.flip();
    bytes.get(part);
    bytes.compact();
    return part;
  }

  void put(ByteBuffer part) {
    makeRoom(part.remaining());
    bytes.put(part);
  }

  void deliver(int bytesMost, Consumer<Frame> to) {
    ByteBuffer in = ByteBuffer.wrap(take(bytesMost));
    try {
      for (Frame frame = reader.next(in); frame != null; frame = reader.next(in)) {
        to.accept(frame);
      }
    } catch (FrameRefused e) {
      throw new AssertionError("what one end wrote, the other refused", e);
    }
  }

  private void makeRoom(int size) {
    if (bytes.remaining() < size) {
      bytes.flip();
      bytes = ByteBuffer.allocate((bytes.limit() + size) * 2).put(bytes);
    }
  }
}
