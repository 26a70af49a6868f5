package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The answer to a DigestAsk.
///
/// ```
///   0      4        12       20
///   +------+--------+--------+
///   | alias| offset | digest |
///   | u32  | u64    | any    |
///   +------+--------+--------+
/// ```
///
/// @param digest of all records below the offset; UNKNOWN (0) where that is no longer known, INSIDE (-1) where a batch goes
///     on, INSIDE_GAP (-2) where a Gap does with which unknown batches went, NOT_NOW (-3) where it cannot be read now
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
