package io.tributary.session.frame;

import java.io.Serial;

/// The bytes are no frame. Nothing behind them on this link can be believed: tell the peer, then close.
public final class FrameRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public FrameRefused(String what) {
    super(what);
  }

  FrameRefused(String what, Throwable cause) {
    super(what, cause);
  }

  /// What the peer is told.
  public Refusal refusal() {
    return Refusal.ofSession(RefusalCode.MALFORMED, 0, String.valueOf(getMessage()));
  }
}
