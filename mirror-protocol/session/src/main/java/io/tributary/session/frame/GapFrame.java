package io.tributary.session.frame;

import io.tributary.record.BatchRefused;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.nio.ByteBuffer;

/// The edge declares that records of a stream do not exist.
///
/// ```
///   0      4      12    20      21              29
///   +------+------+-----+-------+---------------+
///   | alias| from | to  | reason| digest at to  |
///   | u32  | u64  | u64 | u8    | u64           |
///   +------+------+-----+-------+---------------+
/// ```
///
/// @param digestAtTo the edge's digest at the end of the Gap, or UNKNOWN (0)
public record GapFrame(int alias, Gap gap, long digestAtTo) implements Frame {
  /// What a Gap costs of the credit, so that a flood of them is bounded like a flood of batches.
  public static final int CREDIT_BYTES = 128;

  public GapFrame {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).putLong(gap.from()).putLong(gap.to()).put(gap.reason().id());
    into.putLong(digestAtTo);
  }

  static GapFrame decode(BodyReader in) throws FrameRefused {
    int alias = in.i32();
    long from = in.i64();
    long to = in.i64();
    GapReason reason;
    try {
      reason = GapReason.byId(in.u8());
    } catch (BatchRefused e) {
      throw new FrameRefused(String.valueOf(e.getMessage()), e);
    }
    GapFrame gap = new GapFrame(alias, new Gap(from, to, reason), in.i64());
    in.end();
    return gap;
  }
}
