package io.tributary.session;

import io.tributary.session.frame.RefusalCode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The Uplink at one moment, for people and for `edge status`. Immutable.
///
/// @param reason why the state is what it is, in words
/// @param sinceNanos when the state began, on the clock of the caller
/// @param hubId the hub's own UUID, once it was heard
/// @param creditBytes what may still be sent before the hub gives credit back
/// @param inFlightBytes sent and not acknowledged
/// @param windowBytes what may be on its way at once, by the measured rate
/// @param roundTripNanos of the last probe, queues included; 0 before the first
/// @param ackedBytesPerSecond smoothed
public record UplinkStatus(
    Connection connection,
    String reason,
    long sinceNanos,
    @Nullable UUID hubId,
    long creditBytes,
    long inFlightBytes,
    long windowBytes,
    long roundTripNanos,
    long ackedBytesPerSecond,
    Counters counters,
    List<Stream> streams) {

  /// Where the session stands.
  public enum Connection {
    /// No link.
    CLOSED,
    /// Hello was sent, the hub has not answered.
    GREETING,
    /// The hub has accepted the session.
    CONNECTED,
    /// The session ended; the link is about to close.
    CLOSING
  }

  /// Since the start of the agent.
  ///
  /// @param sessions how often a hub accepted a session
  /// @param refusals how often the hub refused a session or a stream
  /// @param forks streams whose digests differed
  /// @param lostTails streams that jumped to the hub's end
  /// @param wentBack streams of which the hub had lost what it had acknowledged
  public record Counters(long sessions, long refusals, long forks, long lostTails, long wentBack) {}

  /// @param isSealed whether it has ended for ever, and another stream of its topic goes on
  /// @param refusalCode why the stream was last refused, until it streams again
  /// @param sent the end of what was sent; `acked` if nothing is in flight
  /// @param acked the watermark
  public record Stream(
      long streamId,
      String topic,
      String className,
      boolean isSealed,
      StreamState state,
      @Nullable RefusalCode refusalCode,
      String refusalText,
      long sent,
      long acked,
      int inFlightBatches,
      long inFlightBytes) {}
}
