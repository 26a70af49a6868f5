package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// A farewell: nothing follows, and nothing is wrong.
///
/// ```
///   0      2
///   +------+--------+
///   | code | text   |
///   | u16  | string |
///   +------+--------+
/// ```
public record Close(Code code, String text) implements Frame {
  /// Why. The id is part of the format.
  public enum Code {
    /// A code that this version does not know; the text says more.
    UNKNOWN(0),
    /// The program ends.
    SHUTDOWN(1),
    /// The same run of the edge came back over a new link.
    TAKEN_OVER(2),
    /// Nothing was heard for two heartbeats.
    SILENCE(3);

    private final short id;

    Code(int id) {
      this.id = (short) id;
    }

    static Code byId(int id) {
      return switch (id) {
        case 1 -> SHUTDOWN;
        case 2 -> TAKEN_OVER;
        case 3 -> SILENCE;
        default -> UNKNOWN;
      };
    }
  }

  public Close {
    text = FrameLimits.cutText(text);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putShort(code.id);
    BodyReader.putText(into, text);
  }

  static Close decode(BodyReader in) throws FrameRefused {
    Close close = new Close(Code.byId(in.u16()), in.text(FrameLimits.TEXT_BYTES));
    in.end();
    return close;
  }
}
