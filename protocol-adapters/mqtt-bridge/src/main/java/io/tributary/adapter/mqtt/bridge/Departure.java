package io.tributary.adapter.mqtt.bridge;

import java.util.List;
import java.util.Objects;

/// A message for a broker. The payload is handed over.
///
/// @param number by which {@link BrokerEvents#departed} tells of it; none is used twice on a connection
/// @param qos 0, 1 or 2
/// @param properties user properties, which only MQTT 5 carries
@SuppressWarnings("ArrayRecordComponent") // nobody compares departures
public record Departure(
    long number, String topic, byte[] payload, int qos, boolean retain, List<Property> properties) {
  /// A user property (MQTT 5, section 3.3.2.3.7).
  public record Property(String name, String value) {}

  public Departure {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(properties, "properties");
  }
}
