package io.tributary.adapter.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/// The memory of all requests under way, which is bounded (`waiting-bytes`). Event loop only.
final class WaitingBytes {
  private static final int RETRY_SECONDS = 5;

  private final long most;
  private long held;

  WaitingBytes(long most) {
    this.most = most;
  }

  /// Opens the account of a request.
  Share open() {
    return new Share();
  }

  /// What one request holds.
  final class Share {
    private long bytes;

    /// Takes more.
    ///
    /// @throws RequestRefused when there is not as much
    void take(long more) throws RequestRefused {
      check(more);
      bytes += more;
      held += more;
    }

    /// Whether there is as much; for what comes later.
    void check(long more) throws RequestRefused {
      if (bytes + more > most) {
        throw RequestRefused.tooLarge(
            "it takes more than the %d B that all requests together may (waiting-bytes); send less at a time"
                .formatted(most));
      }
      if (held + more > most) {
        throw RequestRefused.later(
            Counter.NO_MEMORY,
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            RETRY_SECONDS,
            "other requests take the memory that there is (waiting-bytes); nothing of this one was taken, send it again");
      }
    }

    /// Gives back a part.
    void giveBack(long fewer) {
      bytes -= fewer;
      held -= fewer;
    }

    /// Gives back all of it.
    void close() {
      giveBack(bytes);
    }
  }
}
