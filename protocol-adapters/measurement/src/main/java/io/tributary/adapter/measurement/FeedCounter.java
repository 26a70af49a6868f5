package io.tributary.adapter.measurement;

import io.tributary.adapter.Refused;

/// What a {@link Feed} counts.
public enum FeedCounter {
  LOGGED,

  /// Had no room to wait in; a reading says how many.
  DROPPED,
  REFUSED_TOO_LARGE,
  REFUSED_QUOTA,
  REFUSED_FAILED;

  static FeedCounter of(Refused refused) {
    return switch (refused) {
      case TOO_LARGE -> REFUSED_TOO_LARGE;
      case QUOTA -> REFUSED_QUOTA;
      case FAILED, SHUTDOWN -> REFUSED_FAILED;
    };
  }
}
