package io.tributary.adapter.mqtt;

import io.tributary.adapter.Refused;

/// What the endpoint counts, under the names that its status shows.
enum Counter {
  CONNECTIONS_ACCEPTED("connectionsAccepted"),
  CONNECTIONS_REFUSED("connectionsRefused"),
  ADDRESS_FULL("connectionsRefusedOfOneAddress"),
  CONNECTS_REFUSED("connectsRefused"),
  HANDSHAKES_FAILED("tlsHandshakesFailed"),
  CERTIFICATES_READ("certificatesReadAgain"),
  CERTIFICATES_REFUSED("certificatesRefused"),
  WEBSOCKETS_REFUSED("webSocketsRefused"),
  ORIGINS_REFUSED("originsRefused"),
  LOGINS_REFUSED("loginsRefused"),
  LOGINS_BUSY("loginsBusy"),
  ANONYMOUS_REFUSED("anonymousRefused"),
  OTHER_USERS_CLIENT("otherUsersClient"),
  USERS_GONE("usersGone"),
  PUBLISHED_QOS_0("publishedQos0"),
  PUBLISHED_QOS_1("publishedQos1"),
  PUBLISHED_QOS_2("publishedQos2"),
  DUPLICATES("duplicatesQos2"),
  UNMAPPED("unmapped"),
  REFUSED_TOO_LARGE("refusedTooLarge"),
  REFUSED_QUOTA("refusedQuota"),
  REFUSED_FAILED("refusedFailed"),
  SENT("sent"),
  EXPIRED("expired"),
  TOO_LARGE_FOR_CLIENT("tooLargeForClient"),
  REFUSED_BY_CLIENT("refusedByClient"),
  QUEUE_FULL("droppedQueueFull"),
  RETAINED_FULL("retainedFull"),
  WILLS_PUBLISHED("willsPublished"),
  WILLS_REFUSED("willsRefused"),
  SUBSCRIPTIONS_REFUSED("subscriptionsRefused"),
  PUBLISHES_NOT_AUTHORIZED("publishesNotAuthorized"),
  SUBSCRIPTIONS_NOT_AUTHORIZED("subscriptionsNotAuthorized"),
  DELIVERIES_NOT_AUTHORIZED("deliveriesNotAuthorized"),
  RATE_PAUSES("ratePauses"),
  PAUSES("pauses"),
  MALFORMED("malformed"),
  PROTOCOL_ERRORS("protocolErrors"),
  TIMEOUTS("timeouts"),
  TAKEN_OVER("takenOver"),
  OVERTAKEN("overtaken"),
  UNREAD_BYTES_AT_CLOSE("unreadBytesAtClose"),
  FAULTS("faults");

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
}
