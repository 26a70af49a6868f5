package io.tributary.adapter.mqtt;

import io.tributary.adapter.Refused;

/// The MQTT 5 reason codes that this endpoint uses (MQTT 5, section 2.4).
enum Reason {
  SUCCESS(0x00),
  NO_MATCHING_SUBSCRIBERS(0x10),
  NO_SUBSCRIPTION_EXISTED(0x11),
  UNSPECIFIED_ERROR(0x80),
  MALFORMED_PACKET(0x81),
  PROTOCOL_ERROR(0x82),
  IMPLEMENTATION_SPECIFIC_ERROR(0x83),
  UNSUPPORTED_PROTOCOL_VERSION(0x84),
  CLIENT_IDENTIFIER_NOT_VALID(0x85),
  BAD_USER_NAME_OR_PASSWORD(0x86),
  NOT_AUTHORIZED(0x87),
  SERVER_UNAVAILABLE(0x88),
  SERVER_SHUTTING_DOWN(0x8B),
  BAD_AUTHENTICATION_METHOD(0x8C),
  KEEP_ALIVE_TIMEOUT(0x8D),
  SESSION_TAKEN_OVER(0x8E),
  TOPIC_FILTER_INVALID(0x8F),
  TOPIC_NAME_INVALID(0x90),
  PACKET_IDENTIFIER_NOT_FOUND(0x92),
  RECEIVE_MAXIMUM_EXCEEDED(0x93),
  TOPIC_ALIAS_INVALID(0x94),
  PACKET_TOO_LARGE(0x95),
  QUOTA_EXCEEDED(0x97);

  final int code;

  Reason(int code) {
    this.code = code;
  }

  /// Whether it says that something was not done.
  boolean isError() {
    return code >= 0x80;
  }

  /// What a client of MQTT 5 hears when the journal refused what it brought.
  static Reason of(Refused refused) {
    return switch (refused) {
      case QUOTA -> QUOTA_EXCEEDED;
      case SHUTDOWN -> SERVER_SHUTTING_DOWN;
      case TOO_LARGE, FAILED -> IMPLEMENTATION_SPECIFIC_ERROR;
    };
  }

  /// The return code that a CONNACK of MQTT 3.1.1 has for it (section 3.2.2.3), or 0 where 3.1.1 prescribes to close without
  /// a word.
  int returnCode() {
    return switch (this) {
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case SERVER_UNAVAILABLE, QUOTA_EXCEEDED -> 3;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED -> 5;
      default -> 0;
    };
  }
}
