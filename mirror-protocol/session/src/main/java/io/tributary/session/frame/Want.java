package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// Asks the other end for a slice of a batch that it holds, to heal damage with. One is answered before the next is
/// asked, so nothing piles up and an alarm waits for one slice at most.
///
/// ```
///   0      4      12            16
///   +------+------+-------------+
///   | alias| from | slice offset|
///   | u32  | u64  | u32         |
///   +------+------+-------------+
/// ```
///
/// @param from where the batch begins, or behind: the first one is meant
/// @param sliceOffset the place of the slice in the batch
public record Want(int alias, long from, int sliceOffset) implements Frame {
  public Want {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("from", from, 0, Long.MAX_VALUE);
    FrameLimits.checkRange("slice offset", sliceOffset, 0, Integer.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(from).putInt(sliceOffset);
  }

  static Want decode(BodyReader in) throws FrameRefused {
    Want want = new Want(in.i32(), in.i64(), in.i32());
    in.end();
    return want;
  }
}
