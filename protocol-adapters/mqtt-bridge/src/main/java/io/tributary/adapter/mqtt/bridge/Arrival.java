package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.util.Objects;

/// A message that a broker sent. The payload is handed over.
///
/// @param qos the one that it was sent with: 0, 1 or 2
/// @param packetId of QoS 1 and 2; 0 where the client does not tell it
/// @param duplicate the flag DUP: it may have been sent before
/// @param acknowledge sends PUBACK or PUBREC, on this message's connection; called once, on the bridge's thread, in the order
///     of arrival. Does nothing when the connection is over
@SuppressWarnings("ArrayRecordComponent") // nobody compares arrivals
public record Arrival(
    String topic,
    byte[] payload,
    int qos,
    int packetId,
    boolean duplicate,
    UserProperties properties,
    Runnable acknowledge) {
  public Arrival {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(properties, "properties");
    Objects.requireNonNull(acknowledge, "acknowledge");
  }

  /// What it takes of the inbox.
  int sizeBytes() {
    return Bounds.ARRIVAL_BYTES + topic.length() + payload.length;
  }
}
