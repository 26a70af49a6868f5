package io.tributary.adapter.mqtt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An application message on its way from whoever published it to those who subscribed (MQTT 5, section 3.3). What was
/// published does not change; how many queues of lasting sessions hold it does, on the event loop.
final class Message {
  /// It does not expire.
  static final long NEVER = Long.MAX_VALUE;

  final String topic;
  final byte[] topicName;
  final byte[] payload;

  /// With which it was published.
  final int qos;

  /// Whether it was published with RETAIN.
  final boolean retain;

  /// What subscribers of MQTT 5 are given as it came, encoded: payload format, content type, response topic, correlation
  /// data, user properties.
  final byte[] properties;

  /// By the edge's wall clock.
  final long expiresAtMs;

  /// The class whose journal keeps it where it is kept.
  final String className;

  /// Whose own it is, for subscriptions that do not want it back; null when it is nobody's.
  final @Nullable Session from;

  /// Its name on disk while `references` is above 0.
  long id;

  /// How many entries of queues on disk name it.
  int references;

  Message(
      String topic,
      byte[] payload,
      int qos,
      boolean retain,
      byte[] properties,
      long expiresAtMs,
      String className,
      @Nullable Session from) {
    this.topic = topic;
    this.topicName = topic.getBytes(StandardCharsets.UTF_8);
    this.payload = payload;
    this.qos = qos;
    this.retain = retain;
    this.properties = properties;
    this.expiresAtMs = expiresAtMs;
    this.className = className;
    this.from = from;
  }

  boolean isExpired(long nowMs) {
    return nowMs >= expiresAtMs;
  }

  /// What it takes in a queue.
  int sizeBytes() {
    return topicName.length + payload.length + properties.length;
  }
}
