package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The hub's answer to an Open: what it has of the stream, durably.
///
/// ```
///   0      4     12              20             28
///   +------+-----+---------------+--------------+
///   | alias| next| digest at next| digest at end|
///   | u32  | u64 | u64           | u64          |
///   +------+-----+---------------+--------------+
/// ```
///
/// @param next the first offset that the hub lacks
/// @param digestAtEnd the hub's digest at the edge's end if that is behind `next`, else UNKNOWN (0)
public record Resume(int alias, long next, long digestAtNext, long digestAtEnd) implements Frame {
  public Resume {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("next", next, 0, Long.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(next).putLong(digestAtNext).putLong(digestAtEnd);
  }

  static Resume decode(BodyReader in) throws FrameRefused {
    Resume resume = new Resume(in.i32(), in.i64(), in.i64(), in.i64());
    in.end();
    return resume;
  }
}
