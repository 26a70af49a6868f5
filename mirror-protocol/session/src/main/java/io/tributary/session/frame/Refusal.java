package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// A typed no, to the session (the link closes behind it) or to one stream (the others go on). Both ways: the edge
/// refuses a stream when it sees a fork.
///
/// ```
///   0      2             6            10
///   +------+-------------+------------+--------+
///   | code | alias or -1 | retry after| text   |
///   | u16  | u32         | u32, ms    | string |
///   +------+-------------+------------+--------+
/// ```
///
/// @param alias the stream, or {@link #SESSION}
/// @param retryAfterMs when to try again; 0: a session by the edge's own backoff, a stream with the next session
/// @param text for people; longer text is cut
public record Refusal(RefusalCode code, int alias, int retryAfterMs, String text) implements Frame {
  /// The alias of a refusal of the whole session.
  public static final int SESSION = -1;

  public Refusal {
    FrameLimits.checkRange("alias", alias, SESSION, Integer.MAX_VALUE);
    FrameLimits.checkRange("retryAfterMs", retryAfterMs, 0, Integer.MAX_VALUE);
    text = FrameLimits.cutText(text);
  }

  public static Refusal ofSession(RefusalCode code, int retryAfterMs, String text) {
    return new Refusal(code, SESSION, retryAfterMs, text);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putShort(code.id()).putInt(alias).putInt(retryAfterMs);
    BodyReader.putText(into, text);
  }

  static Refusal decode(BodyReader in) throws FrameRefused {
    Refusal refusal =
        new Refusal(
            RefusalCode.byId(in.u16()), in.i32(), in.i32(), in.text(FrameLimits.TEXT_BYTES));
    in.end();
    return refusal;
  }
}
