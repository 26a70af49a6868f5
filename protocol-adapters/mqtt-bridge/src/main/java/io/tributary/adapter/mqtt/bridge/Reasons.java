package io.tributary.adapter.mqtt.bridge;

/// Why brokers refuse messages (MQTT 5, sections 3.4.2.1 and 3.5.2.1).
final class Reasons {
  static final int REFUSED = 0x80;

  private static final int TOPIC_NAME_INVALID = 0x90;
  private static final int PAYLOAD_FORMAT_INVALID = 0x99;

  private Reasons() {}

  /// Whether the same message would be refused for ever, whoever changed whatever at the broker.
  static boolean isOfTheMessage(int reason) {
    return reason == TOPIC_NAME_INVALID || reason == PAYLOAD_FORMAT_INVALID;
  }

  static String words(int reason) {
    String words =
        switch (reason) {
          case 0x83 -> "implementation specific error";
          case 0x87 -> "not authorized";
          case TOPIC_NAME_INVALID -> "topic name invalid";
          case 0x91 -> "packet identifier in use";
          case 0x97 -> "quota exceeded";
          case PAYLOAD_FORMAT_INVALID -> "payload format invalid";
          default -> "unspecified error";
        };
    return words + " (0x%02x)".formatted(reason);
  }
}
