package io.tributary.adapter.mqtt.mapping;

import io.tributary.adapter.TopicClass;
import org.jspecify.annotations.Nullable;

/// How publishes of some MQTT topics become readings of one Tributary topic.
///
/// @param filter the MQTT topics
/// @param topic the Tributary topic
/// @param topicClass the topic's class; null: the mapping does not say
public record Mapping(
    TopicFilter filter,
    String topic,
    @Nullable TopicClass topicClass,
    KeyRule key,
    TimestampRule timestamp,
    KeepTopic keepTopic) {

  /// Where a reading's key comes from.
  public sealed interface KeyRule {
    /// A level of the MQTT topic.
    ///
    /// @param index from 0; the configuration counts from 1
    record Level(int index) implements KeyRule {}

    /// A field of the payload.
    record Field(JsonPath path) implements KeyRule {}

    /// The client identifier of the connection.
    record ClientId() implements KeyRule {}

    /// The whole MQTT topic.
    record MqttTopic() implements KeyRule {}

    /// No key.
    record None() implements KeyRule {}
  }

  /// Where a reading's timestamp comes from.
  public sealed interface TimestampRule {
    /// The edge's clock, when the publish came in.
    record Arrival() implements TimestampRule {}

    /// A field of the payload.
    record Field(JsonPath path) implements TimestampRule {}

    /// A user property of an MQTT 5 publish.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares rules
    record UserProperty(byte[] name) implements TimestampRule {}
  }

  /// Whether the MQTT topic is kept as header `mqtt-topic`.
  public enum KeepTopic {
    /// Where it would be lost: the filter has wildcards and the key is not the MQTT topic itself.
    AUTO,
    ALWAYS,
    NEVER
  }

  boolean keepsTopic() {
    return switch (keepTopic) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> filter.hasWildcards() && !(key instanceof KeyRule.MqttTopic);
    };
  }
}
