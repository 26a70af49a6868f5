package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The edge agrees to resume and says what it saw.
///
/// ```
///   0      4      5      13
///   +------+------+------+
///   | alias| kind | from |
///   | u32  | u8   | u64  |
///   +------+------+------+
/// ```
///
/// @param from the offset that the edge sends next: the `next` of the Resume
public record Confirm(int alias, Kind kind, long from) implements Frame {
  /// What the edge saw. The id is part of the format.
  public enum Kind {
    /// Nothing unusual.
    RESUME(0),
    /// The edge's disk lost a tail that the hub has; the edge jumped to the hub's end.
    LOST_TAIL(1),
    /// The hub lacks what it had acknowledged; the edge re-sends what it holds and declares the rest.
    HUB_WENT_BACK(2),
    /// The edge has sealed the stream below the hub's end: it has the same up to there, and sends nothing more of it.
    SEALED(3);

    private final byte id;

    Kind(int id) {
      this.id = (byte) id;
    }

    static Kind byId(int id) throws FrameRefused {
      return switch (id) {
        case 0 -> RESUME;
        case 1 -> LOST_TAIL;
        case 2 -> HUB_WENT_BACK;
        case 3 -> SEALED;
        default -> throw new FrameRefused("no kind of Confirm has the id " + id);
      };
    }
  }

  public Confirm {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("from", from, 0, Long.MAX_VALUE);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).put(kind.id).putLong(from);
  }

  static Confirm decode(BodyReader in) throws FrameRefused {
    Confirm confirm = new Confirm(in.i32(), Kind.byId(in.u8()), in.i64());
    in.end();
    return confirm;
  }
}
