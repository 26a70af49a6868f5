package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// Asks the other end to answer with the same token: a heartbeat, and a probe of how far the bytes have come.
///
/// ```
///   0      8
///   +------+
///   | token|
///   | u64  |
///   +------+
/// ```
public record Ping(long token) implements Frame {
  @Override
  public void encodeBody(ByteBuffer into) {
    into.putLong(token);
  }

  static Ping decode(BodyReader in) throws FrameRefused {
    Ping frame = new Ping(in.i64());
    in.end();
    return frame;
  }
}
