package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// One unit on the wire. Edge to hub: Hello, Open, Confirm, Data, GapFrame, DigestIs. Hub to edge: Welcome, Resume, Ack,
/// Credit, DigestAsk. Both ways: Refusal, Ping, Pong, Close, Want, Found.
public sealed interface Frame
    permits Hello,
        Welcome,
        Refusal,
        Open,
        Resume,
        Confirm,
        Data,
        GapFrame,
        Ack,
        Credit,
        Ping,
        Pong,
        Close,
        Want,
        Found,
        DigestAsk,
        DigestIs {

  /// Writes the body, without length and type. The room is {@link FrameCodec#sizeBytesMost}.
  void encodeBody(ByteBuffer into);
}
