package io.tributary.hub.mirror;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;

/// Connections that ended before their edge could say who it is, or by a fault of ours. Any thread may
/// call.
public final class MirrorCounters {
  private static final Logger LOG = System.getLogger(MirrorCounters.class.getName());

  private final LongAdder noHandshake = new LongAdder();
  private final LongAdder tooMany = new LongAdder();
  private final LongAdder gaveWay = new LongAdder();
  private final LongAdder bugs = new LongAdder();
  private volatile String lastFailure = "";

  void noHandshake(String peer, String why) {
    noHandshake.increment();
    lastFailure = peer + ": " + why;
  }

  void tooMany() {
    tooMany.increment();
  }

  void sentAway() {
    gaveWay.increment();
  }

  void bug(String peer, Throwable bug) {
    bugs.increment();
    LOG.log(Level.ERROR, "the session of " + peer + " ended by a bug", bug);
  }

  /// TLS was not agreed on: a certificate that is unknown, expired or missing; or no TLS at all.
  public long handshakesFailed() {
    return noHandshake.sum();
  }

  /// Closed at once, since there were too many.
  public long closedAtOnce() {
    return tooMany.sum();
  }

  /// Closed before they had proven anything, since too many newer ones came.
  public long gaveWay() {
    return gaveWay.sum();
  }

  /// Sessions that were ended by a bug of this hub; the log tells which.
  public long bugs() {
    return bugs.sum();
  }

  /// Who failed last, and why; empty if nobody did.
  public String lastFailure() {
    return lastFailure;
  }
}
