package io.tributary.session.frame;

import java.nio.ByteBuffer;
import java.util.UUID;

/// The hub's answer to a Hello that it accepts.
///
/// ```
///   0        2     18          22         26       34
///   +--------+-----+-----------+----------+--------+--------+
///   | version| hub | batch most| heartbeat| credit | future |
///   | u16    | 16  | u32, B    | u32, ms  | u64, B |        |
///   +--------+-----+-----------+----------+--------+--------+
/// ```
///
/// @param version what both speak from now on
/// @param hubId the hub's own UUID: another one means another hub under the same address
/// @param maxBatchBytes the largest batch that this hub takes
/// @param heartbeatMs after this silence a peer pings, after two of them the other one takes the link for dead
/// @param creditBytes how many bytes of batches may be on their way, not yet given back by {@link Credit}
public record Welcome(int version, UUID hubId, int maxBatchBytes, int heartbeatMs, long creditBytes)
    implements Frame {
  public Welcome {
    FrameLimits.checkRange("version", version, 0, 0xFFFF);
    FrameLimits.checkRange("maxBatchBytes", maxBatchBytes, 1, FrameLimits.CREDIT_BYTES_MOST);
    FrameLimits.checkRange("heartbeatMs", heartbeatMs, 1, Integer.MAX_VALUE);
    FrameLimits.checkRange(
        "creditBytes", creditBytes, maxBatchBytes, FrameLimits.CREDIT_BYTES_MOST);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putShort((short) version);
    BodyReader.putUuid(into, hubId);
    into.putInt(maxBatchBytes).putInt(heartbeatMs).putLong(creditBytes);
  }

  static Welcome decode(BodyReader in) throws FrameRefused {
    Welcome welcome = new Welcome(in.u16(), in.uuid(), in.i32(), in.i32(), in.i64());
    in.ignoreRest();
    return welcome;
  }
}
