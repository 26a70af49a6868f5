package io.tributary.session.frame;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Reads the fields of one whole body and never beyond it.
final class BodyReader {
  private final ByteBuffer bytes;

  /// @param bytes the body, from position to limit
  BodyReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  int u8() throws FrameRefused {
    need(1);
    return bytes.get() & 0xFF;
  }

  int u16() throws FrameRefused {
    need(2);
    return bytes.getShort() & 0xFFFF;
  }

  /// A number of 32 bits whose highest bit is not used, save for -1 where the frame allows it.
  int i32() throws FrameRefused {
    need(4);
    return bytes.getInt();
  }

  long i64() throws FrameRefused {
    need(8);
    return bytes.getLong();
  }

  UUID uuid() throws FrameRefused {
    return new UUID(i64(), i64());
  }

  String text(int bytesMost) throws FrameRefused {
    int length = u16();
    if (length > bytesMost) {
      throw new FrameRefused(
          "a string of " + length + " bytes where " + bytesMost + " are allowed");
    }
    need(length);
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw new FrameRefused("a string is not UTF-8", e);
    }
  }

  /// Everything was read: bytes left over are a lie about the length.
  void end() throws FrameRefused {
    if (bytes.hasRemaining()) {
      throw new FrameRefused(bytes.remaining() + " bytes too many");
    }
  }

  /// All that is left, copied.
  byte[] rest() {
    byte[] left = new byte[bytes.remaining()];
    bytes.get(left);
    return left;
  }

  /// A newer peer may have added fields here.
  void ignoreRest() {
    bytes.position(bytes.limit());
  }

  private void need(int count) throws FrameRefused {
    if (bytes.remaining() < count) {
      throw new FrameRefused("the body ends " + (count - bytes.remaining()) + " bytes early");
    }
  }

  static void putText(ByteBuffer into, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    into.putShort((short) utf8.length).put(utf8);
  }

  static void putUuid(ByteBuffer into, UUID uuid) {
    into.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }
}
