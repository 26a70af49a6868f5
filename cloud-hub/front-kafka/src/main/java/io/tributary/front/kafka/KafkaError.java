package io.tributary.front.kafka;

import io.tributary.store.StoreRefused;

/// The error codes of the Kafka protocol that this front uses.
enum KafkaError {
  NONE(0),
  OFFSET_OUT_OF_RANGE(1),
  CORRUPT_MESSAGE(2),
  UNKNOWN_TOPIC_OR_PARTITION(3),
  NOT_LEADER_OR_FOLLOWER(6),
  REQUEST_TIMED_OUT(7),
  MESSAGE_TOO_LARGE(10),
  COORDINATOR_NOT_AVAILABLE(15),
  INVALID_TOPIC_EXCEPTION(17),
  INVALID_REQUIRED_ACKS(21),
  INVALID_TIMESTAMP(32),
  TOPIC_AUTHORIZATION_FAILED(29),
  GROUP_AUTHORIZATION_FAILED(30),
  CLUSTER_AUTHORIZATION_FAILED(31),
  UNSUPPORTED_SASL_MECHANISM(33),
  ILLEGAL_SASL_STATE(34),
  UNSUPPORTED_VERSION(35),
  TOPIC_ALREADY_EXISTS(36),
  INVALID_PARTITIONS(37),
  INVALID_REPLICATION_FACTOR(38),
  INVALID_REPLICA_ASSIGNMENT(39),
  INVALID_CONFIG(40),
  INVALID_REQUEST(42),
  POLICY_VIOLATION(44),
  OUT_OF_ORDER_SEQUENCE_NUMBER(45),
  INVALID_PRODUCER_EPOCH(47),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53),
  KAFKA_STORAGE_ERROR(56),
  SASL_AUTHENTICATION_FAILED(58),
  FETCH_SESSION_ID_NOT_FOUND(70),
  INVALID_FETCH_SESSION_EPOCH(71),
  INVALID_RECORD(87),
  UNKNOWN_TOPIC_ID(100),
  FETCH_SESSION_TOPIC_ID_ERROR(106);

  private final short code;

  KafkaError(int code) {
    this.code = (short) code;
  }

  short code() {
    return code;
  }

  /// What a client is told when the store did not create a topic.
  static KafkaError ofCreation(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_NAME -> INVALID_TOPIC_EXCEPTION;
      case TOPIC_EXISTS -> TOPIC_ALREADY_EXISTS;
      case BUSY -> REQUEST_TIMED_OUT;
      default -> of(refused);
    };
  }

  /// What a client is told when the store did not change a topic.
  static KafkaError ofChange(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_RESERVED -> POLICY_VIOLATION;
      case PARTITIONS -> INVALID_PARTITIONS;
      case LIMITS -> INVALID_CONFIG;
      case BUSY -> REQUEST_TIMED_OUT;
      default -> of(refused);
    };
  }

  /// What a client is told when the store did not delete records.
  static KafkaError ofRecords(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_MIRRORED -> POLICY_VIOLATION;
      case BUSY -> REQUEST_TIMED_OUT;
      default -> of(refused);
    };
  }

  /// What a client is told when the store did not delete a topic.
  static KafkaError ofDeletion(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_RESERVED -> INVALID_TOPIC_EXCEPTION;
      case BUSY -> REQUEST_TIMED_OUT;
      default -> of(refused);
    };
  }

  /// What a producer is told when the store did not take its batch.
  static KafkaError ofProduce(StoreRefused refused) {
    return switch (refused.code()) {
      case TOPIC_MIRRORED -> POLICY_VIOLATION;
      case TOO_LARGE -> MESSAGE_TOO_LARGE;
      case BATCH -> INVALID_RECORD;
      case OUT_OF_SEQUENCE -> OUT_OF_ORDER_SEQUENCE_NUMBER;
      case FENCED -> INVALID_PRODUCER_EPOCH;
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
