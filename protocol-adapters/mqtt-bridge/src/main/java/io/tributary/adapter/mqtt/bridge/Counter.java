package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Refused;

/// What a bridge counts, under the names that its status shows.
enum Counter {
  CONNECTED("connected"),
  CONNECTS_FAILED("connectsFailed"),
  CONNECTIONS_LOST("connectionsLost"),
  SESSIONS_LOST("sessionsLost"),
  ARRIVED_QOS_0("arrivedQos0"),
  ARRIVED_QOS_1("arrivedQos1"),
  ARRIVED_QOS_2("arrivedQos2"),
  LOGGED("logged"),
  ACKNOWLEDGED("acknowledged"),
  RELEASED("releasedQos2"),
  DUPLICATES("duplicatesQos2"),

  /// Logged, though it may be what was completed, sent again against the standard: see {@link Completed}.
  IN_DOUBT("inDoubtQos2"),
  IDENTIFIERS_REUSED("identifiersReused"),
  UNMAPPED("unmapped"),
  TOPICS_REFUSED("topicsRefused"),
  REFUSED_TOO_LARGE("refusedTooLarge"),
  REFUSED_QUOTA("refusedQuota"),
  REFUSED_FAILED("refusedFailed"),
  SUBSCRIPTIONS_REFUSED("subscriptionsRefused"),
  PAUSES("pauses");

  final String shown;

  Counter(String shown) {
    this.shown = shown;
  }

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
