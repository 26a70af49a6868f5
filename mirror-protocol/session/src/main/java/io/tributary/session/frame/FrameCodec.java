package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// Frames to bytes, and whole bodies to frames; {@link FrameReader} cuts a stream of bytes into bodies.
public final class FrameCodec {
  private FrameCodec() {}

  /// The room that {@link #encode} may need; exact for a Data frame, small for all others.
  public static int sizeBytesMost(Frame frame) {
    return frame instanceof Data data
        ? FrameLimits.HEAD_BYTES + Data.FIXED_BYTES + data.slice().remaining()
        : FrameLimits.HEAD_BYTES + typeOf(frame).bodyBytesMost();
  }

  /// Writes the whole frame at the buffer's position. The buffer is big-endian and has {@link #sizeBytesMost} left.
  public static void encode(Frame frame, ByteBuffer into) {
    int start = into.position();
    into.position(start + 4);
    into.put(typeOf(frame).id());
    frame.encodeBody(into);
    into.putInt(start, into.position() - start - 4);
  }

  /// Writes a Data frame up to its slice, for a skin that hands the slice itself to a gathering write.
  public static void encodeHead(Data data, ByteBuffer into) {
    into.putInt(1 + Data.FIXED_BYTES + data.slice().remaining());
    into.put(FrameType.DATA.id());
    data.encodeFixed(into);
  }

  /// @param body from position to limit, without length and type; the slice of a Data frame looks into it
  static Frame decode(FrameType type, ByteBuffer body) throws FrameRefused {
    BodyReader in = new BodyReader(body);
    try {
      return switch (type) {
        case HELLO -> Hello.decode(in);
        case WELCOME -> Welcome.decode(in);
        case REFUSAL -> Refusal.decode(in);
        case OPEN -> Open.decode(in);
        case RESUME -> Resume.decode(in);
        case CONFIRM -> Confirm.decode(in);
        case DATA -> new Data(in.i32(), in.i32(), in.i32(), body.slice());
        case GAP -> GapFrame.decode(in);
        case ACK -> Ack.decode(in);
        case CREDIT -> Credit.decode(in);
        case PING -> Ping.decode(in);
        case PONG -> Pong.decode(in);
        case CLOSE -> Close.decode(in);
        case WANT -> Want.decode(in);
        case FOUND -> Found.decode(in);
        case DIGEST_ASK -> DigestAsk.decode(in);
        case DIGEST_IS -> DigestIs.decode(in);
      };
    } catch (IllegalArgumentException e) {
      throw new FrameRefused(type + ": " + e.getMessage(), e);
    }
  }

  private static FrameType typeOf(Frame frame) {
    return switch (frame) {
      case Hello f -> FrameType.HELLO;
      case Welcome f -> FrameType.WELCOME;
      case Refusal f -> FrameType.REFUSAL;
      case Open f -> FrameType.OPEN;
      case Resume f -> FrameType.RESUME;
      case Confirm f -> FrameType.CONFIRM;
      case Data f -> FrameType.DATA;
      case GapFrame f -> FrameType.GAP;
      case Ack f -> FrameType.ACK;
      case Credit f -> FrameType.CREDIT;
      case Ping f -> FrameType.PING;
      case Pong f -> FrameType.PONG;
      case Close f -> FrameType.CLOSE;
      case Want f -> FrameType.WANT;
      case Found f -> FrameType.FOUND;
      case DigestAsk f -> FrameType.DIGEST_ASK;
      case DigestIs f -> FrameType.DIGEST_IS;
    };
  }
}
