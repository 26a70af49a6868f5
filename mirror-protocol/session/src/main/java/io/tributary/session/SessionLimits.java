package io.tributary.session;

/// The bounds of a session, each with the failure that it prevents.
///
/// @param handshakeMs from the link to the Welcome; a peer that says nothing must not hold a place for ever
/// @param openMs from an Open to its Resume; a stream must not wait for ever in silence
/// @param streams the most streams that one session opens, counting those opened again; more are refused, one by one;
///     bounds the hub's memory
/// @param batchBytes the largest batch; bounds every buffer that holds one
/// @param creditBytes what the hub holds of one session at most; bounds its memory in the face of a slow disk
/// @param heartbeatMsLeast the shortest heartbeat that a hub agrees to; a wrong setting must not flood it
/// @param heartbeatMsMost the longest; a dead link must be found some day
/// @param answerMs how long an old session may take to answer the doorkeeper before the newcomer takes its place
/// @param cloneRetryMs when a clone may knock again; it must not keep the hub busy
/// @param retryMs when a stream that was refused for a reason that may pass is opened again
public record SessionLimits(
    int handshakeMs,
    int openMs,
    int streams,
    int batchBytes,
    long creditBytes,
    int heartbeatMsLeast,
    int heartbeatMsMost,
    int answerMs,
    int cloneRetryMs,
    int retryMs) {
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          10_000, 60_000, 4096, 1024 * 1024, 8L * 1024 * 1024, 1000, 300_000, 5000, 30_000, 5000);

  public SessionLimits {
    if (handshakeMs < 1
        || openMs < 1
        || answerMs < 1
        || cloneRetryMs < 1
        || retryMs < 1
        || streams < 1) {
      throw new IllegalArgumentException("times and streams are at least 1");
    }
    if (batchBytes < 1 || creditBytes < batchBytes || creditBytes > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("the credit holds at least one batch, and at most 1 GiB");
    }
    if (heartbeatMsLeast < 1 || heartbeatMsMost < heartbeatMsLeast) {
      throw new IllegalArgumentException("no range of heartbeats");
    }
  }

  public SessionLimits withCreditBytes(long bytes) {
    return new SessionLimits(
        handshakeMs,
        openMs,
        streams,
        batchBytes,
        bytes,
        heartbeatMsLeast,
        heartbeatMsMost,
        answerMs,
        cloneRetryMs,
        retryMs);
  }
}
