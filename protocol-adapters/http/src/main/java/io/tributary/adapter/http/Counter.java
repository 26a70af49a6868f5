package io.tributary.adapter.http;

import io.tributary.adapter.Refused;

/// What the adapter counts.
enum Counter {
  CONNECTIONS,
  /// Closed at once: there were too many.
  CONNECTIONS_REFUSED,
  /// Ended within a request, or with an error.
  CONNECTIONS_LOST,
  /// Closed since nothing came.
  CONNECTIONS_IDLE,
  REQUESTS,
  /// Readings on disk.
  LOGGED,
  /// Readings that came again under their key, and were not logged again.
  REPEATED,
  /// Readings that a Gap stands for.
  REFUSED_QUOTA,
  /// Readings that no batch can hold.
  REFUSED_TOO_LARGE,
  /// Readings that a journal did not take since it has failed, or the edge stops.
  REFUSED_FAILED,
  /// Requests that make no sense; nothing of them was logged. So it is with all that follow.
  MALFORMED,
  /// Without a token that counts.
  UNAUTHORIZED,
  /// From web pages.
  FORBIDDEN,
  NOT_FOUND,
  METHOD_NOT_ALLOWED,
  /// Of a kind of content that is not taken.
  UNSUPPORTED,
  /// Beyond a limit.
  TOO_LARGE,
  /// Did not come whole in time.
  TIMED_OUT,
  /// Of a key whose request is still under way.
  KEYS_BUSY,
  /// Of a key that had another body.
  KEYS_REUSED,
  /// Of a new key, when no more can be kept.
  KEYS_REFUSED,
  /// Keys that made way for newer ones.
  KEYS_FORGOTTEN,
  /// There was no memory for them.
  NO_MEMORY,
  /// Answered 500.
  REQUESTS_FAILED,
  /// Answered 503 since the journal did not go on.
  JOURNAL_TIMED_OUT,
  /// How often requests began to wait for room in a journal.
  PAUSED,
  HANDSHAKES_FAILED,
  CERTIFICATES_READ,
  CERTIFICATES_REFUSED,
  /// Bugs of ours.
  FAULTS;

  static Counter of(Refused reason) {
    return switch (reason) {
      case QUOTA -> REFUSED_QUOTA;
      case TOO_LARGE -> REFUSED_TOO_LARGE;
      case FAILED, SHUTDOWN -> REFUSED_FAILED;
    };
  }
}
