package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The edge's answer to a DigestAsk.
///
/// ```
///   0      4        12       20
///   +------+--------+--------+
///   | alias| offset | digest |
///   | u32  | u64    | any    |
///   +------+--------+--------+
/// ```
///
/// @param digest of all records below the offset; UNKNOWN (0) where the edge no longer knows, INSIDE (-1) where a batch
///     goes on
public record DigestIs(int alias, long offset, long digest) implements Frame {
  public DigestIs {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("offset", offset, 0, Long.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(offset).putLong(digest);
  }

  static DigestIs decode(BodyReader in) throws FrameRefused {
    DigestIs answer = new DigestIs(in.i32(), in.i64(), in.i64());
    in.end();
    return answer;
  }
}
