package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// Asks the other end for its digest of all records below an offset, to compare it with one's own.
///
/// ```
///   0      4        12
///   +------+--------+
///   | alias| offset |
///   | u32  | u64    |
///   +------+--------+
/// ```
public record DigestAsk(int alias, long offset) implements Frame {
  public DigestAsk {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("offset", offset, 0, Long.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(offset);
  }

  static DigestAsk decode(BodyReader in) throws FrameRefused {
    DigestAsk ask = new DigestAsk(in.i32(), in.i64());
    in.end();
    return ask;
  }
}
