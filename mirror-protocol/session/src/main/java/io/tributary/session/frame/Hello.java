package io.tributary.session.frame;

import java.nio.ByteBuffer;
import java.util.UUID;

/// The edge's first frame: who it is, and which versions it speaks.
///
/// ```
///   0     4    6    8          12           28     44
///   +-----+----+----+----------+------------+------+--------+--------------+--------+
///   | TRIB| min| max| heartbeat| incarnation| run  | edge id| agent version| future |
///   | u32 | u16| u16| u32, ms  | 16         | 16   | string | string       |        |
///   +-----+----+----+----------+------------+------+--------+--------------+--------+
/// ```
///
/// Read before a version is agreed on, so its fields never move, and bytes behind them are for newer hubs.
///
/// @param minVersion the oldest version of the protocol that the edge speaks
/// @param maxVersion the newest
/// @param heartbeatMs the longest silence that the edge wants to allow itself; the hub answers with what holds
/// @param incarnation one life of the edge's data directory
/// @param runId random, new with each start of the agent: tells a reconnect from a clone
public record Hello(
    int minVersion,
    int maxVersion,
    int heartbeatMs,
    UUID incarnation,
    UUID runId,
    String edgeId,
    String agentVersion)
    implements Frame {
  /// `TRIB`: whoever dials the wrong port is told so at once.
  static final int MAGIC = 0x5452_4942;

  public Hello {
    FrameLimits.checkRange("minVersion", minVersion, 0, 0xFFFF);
    FrameLimits.checkRange("maxVersion", maxVersion, minVersion, 0xFFFF);
    FrameLimits.checkRange("heartbeatMs", heartbeatMs, 1, Integer.MAX_VALUE);
    FrameLimits.checkText("edge id", edgeId, 1, FrameLimits.EDGE_ID_BYTES);
    FrameLimits.checkText("agent version", agentVersion, 0, FrameLimits.AGENT_VERSION_BYTES);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(MAGIC).putShort((short) minVersion).putShort((short) maxVersion);
    into.putInt(heartbeatMs);
    BodyReader.putUuid(into, incarnation);
    BodyReader.putUuid(into, runId);
    BodyReader.putText(into, edgeId);
    BodyReader.putText(into, agentVersion);
  }

  static Hello decode(BodyReader in) throws FrameRefused {
    if (in.i32() != MAGIC) {
      throw new FrameRefused("a Hello begins with TRIB");
    }
    Hello hello =
        new Hello(
            in.u16(),
            in.u16(),
            in.i32(),
            in.uuid(),
            in.uuid(),
            in.text(FrameLimits.EDGE_ID_BYTES),
            in.text(FrameLimits.AGENT_VERSION_BYTES));
    in.ignoreRest();
    return hello;
  }
}
