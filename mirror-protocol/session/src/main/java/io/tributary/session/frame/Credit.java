package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The hub gives back credit: it holds so many bytes of batches less in memory.
///
/// ```
///   0      4
///   +------+
///   | bytes|
///   | u32  |
///   +------+
/// ```
public record Credit(int bytes) implements Frame {
  public Credit {
    FrameLimits.checkRange("bytes", bytes, 1, FrameLimits.CREDIT_BYTES_MOST);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(bytes);
  }

  static Credit decode(BodyReader in) throws FrameRefused {
    Credit credit = new Credit(in.i32());
    in.end();
    return credit;
  }
}
