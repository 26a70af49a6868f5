package io.tributary.hub.mirror;

import java.util.concurrent.atomic.LongAdder;

/// Connections that ended before their edge could say who it is. Any thread may call.
public final class MirrorCounters {
  private final LongAdder noHandshake = new LongAdder();
  private final LongAdder tooMany = new LongAdder();
  private volatile String lastFailure = "";

  void noHandshake(String peer, String why) {
    noHandshake.increment();
    lastFailure = peer + ": " + why;
  }

  void tooMany() {
    tooMany.increment();
  }

  /// TLS was not agreed on: a certificate that is unknown, expired or missing; or no TLS at all.
  public long handshakesFailed() {
    return noHandshake.sum();
  }

  /// Closed at once, since there were too many.
  public long closedAtOnce() {
    return tooMany.sum();
  }

  /// Who failed last, and why; empty if nobody did.
  public String lastFailure() {
    return lastFailure;
  }
}
