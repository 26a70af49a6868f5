package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The hub has forced everything of the stream before `end` to its disk.
///
/// ```
///   0      4     12
///   +------+-----+
///   | alias| end |
///   | u32  | u64 |
///   +------+-----+
/// ```
public record Ack(int alias, long end) implements Frame {
  public Ack {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("end", end, 0, Long.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(end);
  }

  static Ack decode(BodyReader in) throws FrameRefused {
    Ack ack = new Ack(in.i32(), in.i64());
    in.end();
    return ack;
  }
}
