package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Refused;

/// What a bridge counts, under the names that its status shows.
enum Counter {
  CONNECTED,
  CONNECTS_FAILED,
  CONNECTIONS_LOST,
  SESSIONS_LOST,
  ARRIVED_QOS_0,
  ARRIVED_QOS_1,
  ARRIVED_QOS_2,
  LOGGED,
  ACKNOWLEDGED,
  RELEASED_QOS_2,
  DUPLICATES_QOS_2,

  /// Logged, though it may be what was completed, sent again against the standard: see {@link Completed}.
  IN_DOUBT_QOS_2,
  IDENTIFIERS_REUSED,
  UNMAPPED,
  TOPICS_REFUSED,
  REFUSED_TOO_LARGE,
  REFUSED_QUOTA,
  REFUSED_FAILED,
  SUBSCRIPTIONS_REFUSED,
  PAUSES;

  static Counter of(Refused refused) {
    return switch (refused) {
      case TOO_LARGE -> REFUSED_TOO_LARGE;
      case QUOTA -> REFUSED_QUOTA;
      case FAILED, SHUTDOWN -> REFUSED_FAILED;
    };
  }

  static Counter arrived(int qos) {
    return switch (qos) {
      case 0 -> ARRIVED_QOS_0;
      case 1 -> ARRIVED_QOS_1;
      default -> ARRIVED_QOS_2;
    };
  }
}
