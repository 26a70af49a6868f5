package io.tributary.front.kafka;

import io.tributary.store.StoreRefused;

/// The error codes of the Kafka protocol that this front uses.
enum KafkaError {
  NONE(0),
  OFFSET_OUT_OF_RANGE(1),
  UNKNOWN_TOPIC_OR_PARTITION(3),
  NOT_LEADER_OR_FOLLOWER(6),
  REQUEST_TIMED_OUT(7),
  INVALID_TOPIC_EXCEPTION(17),
  UNSUPPORTED_VERSION(35),
  INVALID_REQUEST(42),
  POLICY_VIOLATION(44),
  KAFKA_STORAGE_ERROR(56),
  FETCH_SESSION_ID_NOT_FOUND(70),
  UNKNOWN_TOPIC_ID(100);

  private final short code;

  KafkaError(int code) {
    this.code = (short) code;
  }

  short code() {
    return code;
  }

  /// What a client is told when the store did not delete a topic.
  static KafkaError ofDeletion(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_RESERVED -> INVALID_TOPIC_EXCEPTION;
      case BUSY -> REQUEST_TIMED_OUT;
      default -> of(refused);
    };
  }

  /// What a client is told when the store could not read. All but OFFSET_OUT_OF_RANGE are errors
  /// after which Kafka's clients try again.
  static KafkaError of(StoreRefused refused) {
    return switch (refused.code()) {
      case OFFSET_OUT_OF_RANGE -> OFFSET_OUT_OF_RANGE;
      case TOPIC_UNKNOWN -> UNKNOWN_TOPIC_OR_PARTITION;
      case CLOSED -> NOT_LEADER_OR_FOLLOWER;
      default -> KAFKA_STORAGE_ERROR;
    };
  }
}
