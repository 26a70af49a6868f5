package io.tributary.hub.cli;

import java.util.Map;
import java.util.Set;

/// The error codes of Kafka's protocol as a command tells of them and reacts to them.
final class KafkaErrors {
  static final short NONE = 0;
  static final short OFFSET_OUT_OF_RANGE = 1;
  static final short DUPLICATE_SEQUENCE_NUMBER = 46;
  static final short GROUP_ID_NOT_FOUND = 69;
  static final short UNKNOWN_MEMBER_ID = 25;
  static final short NON_EMPTY_GROUP = 68;
  static final short STALE_MEMBER_EPOCH = 113;

  /// Worth asking again, maybe somebody else: what Kafka calls retriable.
  private static final Set<Integer> PASSING =
      Set.of(2, 3, 5, 6, 7, 13, 14, 15, 16, 19, 20, 56, 74, 75, 76, 100, 103);

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "OFFSET_OUT_OF_RANGE"),
          Map.entry(2, "CORRUPT_MESSAGE"),
          Map.entry(3, "UNKNOWN_TOPIC_OR_PARTITION"),
          Map.entry(5, "LEADER_NOT_AVAILABLE"),
          Map.entry(6, "NOT_LEADER_OR_FOLLOWER"),
          Map.entry(7, "REQUEST_TIMED_OUT"),
          Map.entry(10, "MESSAGE_TOO_LARGE"),
          Map.entry(12, "OFFSET_METADATA_TOO_LARGE"),
          Map.entry(14, "COORDINATOR_LOAD_IN_PROGRESS"),
          Map.entry(15, "COORDINATOR_NOT_AVAILABLE"),
          Map.entry(16, "NOT_COORDINATOR"),
          Map.entry(17, "INVALID_TOPIC_EXCEPTION"),
          Map.entry(19, "NOT_ENOUGH_REPLICAS"),
          Map.entry(20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND"),
          Map.entry(22, "ILLEGAL_GENERATION"),
          Map.entry(24, "INVALID_GROUP_ID"),
          Map.entry(25, "UNKNOWN_MEMBER_ID"),
          Map.entry(27, "REBALANCE_IN_PROGRESS"),
          Map.entry(29, "TOPIC_AUTHORIZATION_FAILED"),
          Map.entry(30, "GROUP_AUTHORIZATION_FAILED"),
          Map.entry(31, "CLUSTER_AUTHORIZATION_FAILED"),
          Map.entry(33, "UNSUPPORTED_SASL_MECHANISM"),
          Map.entry(34, "ILLEGAL_SASL_STATE"),
          Map.entry(35, "UNSUPPORTED_VERSION"),
          Map.entry(36, "TOPIC_ALREADY_EXISTS"),
          Map.entry(37, "INVALID_PARTITIONS"),
          Map.entry(40, "INVALID_CONFIG"),
          Map.entry(42, "INVALID_REQUEST"),
          Map.entry(44, "POLICY_VIOLATION"),
          Map.entry(45, "OUT_OF_ORDER_SEQUENCE_NUMBER"),
          Map.entry(47, "INVALID_PRODUCER_EPOCH"),
          Map.entry(56, "KAFKA_STORAGE_ERROR"),
          Map.entry(58, "SASL_AUTHENTICATION_FAILED"),
          Map.entry(59, "UNKNOWN_PRODUCER_ID"),
          Map.entry(68, "NON_EMPTY_GROUP"),
          Map.entry(69, "GROUP_ID_NOT_FOUND"),
          Map.entry(87, "INVALID_RECORD"),
          Map.entry(100, "UNKNOWN_TOPIC_ID"),
          Map.entry(113, "STALE_MEMBER_EPOCH"));

  private KafkaErrors() {}

  static boolean isPassing(short code) {
    return PASSING.contains((int) code);
  }

  /// Kafka's name of an error, or its number.
  static String name(short code) {
    return NAMES.getOrDefault((int) code, "Kafka's error " + code);
  }

  /// What the other side said, or where it said nothing, the error's name.
  static String words(short code, String text) {
    return text.isEmpty() ? name(code) : text;
  }
}
