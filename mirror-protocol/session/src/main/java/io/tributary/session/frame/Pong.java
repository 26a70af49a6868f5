package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The answer to a Ping, with its token: every byte before that Ping has arrived.
///
/// ```
///   0      8
///   +------+
///   | token|
///   | u64  |
///   +------+
/// ```
public record Pong(long token) implements Frame {
  @Override
  public void encodeBody(ByteBuffer into) {
    into.putLong(token);
  }

  static Pong decode(BodyReader in) throws FrameRefused {
    Pong frame = new Pong(in.i64());
    in.end();
    return frame;
  }
}
