package io.tributary.adapter.mqtt;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Makes readings of publishes, as their mappings say.
final class Readings {
  private final Counters counters;

  Readings(Counters counters) {
    this.counters = counters;
  }

  /// Makes a reading.
  ///
  /// @param payload at the beginning of the payload; all that is left is read
  /// @param clientId the client's identifier, in UTF-8
  Reading of(
      Route route,
      Mapping mapping,
      Fields payload,
      Properties properties,
      byte[] clientId,
      long arrivalMs,
      @Nullable StateChange state)
      throws PacketRefused {
    byte[] packet = payload.bytes();
    byte[] value = payload.rest();
    long timestampMs =
        switch (mapping.timestamp()) {
          case Mapping.TimestampRule.Arrival arrival -> arrivalMs;
          case Mapping.TimestampRule.Field(JsonPath path) -> parse(path.find(value));
          case Mapping.TimestampRule.UserProperty(byte[] name) ->
              parse(userProperty(properties, packet, name));
        };
    boolean invalid = timestampMs == Timestamps.INVALID;
    if (invalid) {
      counters.count(Counter.TIMESTAMPS_OF_ARRIVAL);
    }
    return new Reading(
        mapping.topic(),
        invalid ? arrivalMs : timestampMs,
        key(route, mapping, value, clientId),
        value,
        invalid ? route.headersOfArrival : route.headers,
        state);
  }

  private byte @Nullable [] key(Route route, Mapping mapping, byte[] value, byte[] clientId) {
    return switch (mapping.key()) {
      case Mapping.KeyRule.MqttTopic whole -> route.fixedKey;
      case Mapping.KeyRule.Level level -> route.fixedKey;
      case Mapping.KeyRule.None none -> null;
      case Mapping.KeyRule.ClientId client -> clientId;
      case Mapping.KeyRule.Field(JsonPath path) -> {
        String text = path.find(value);
        if (text == null) {
          counters.count(Counter.KEYS_MISSING);
          yield null;
        }
        yield text.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private static long parse(@Nullable String text) {
    return text == null ? Timestamps.INVALID : Timestamps.parse(text);
  }

  private static @Nullable String userProperty(Properties properties, byte[] packet, byte[] name)
      throws PacketRefused {
    long found = properties.userProperty(packet, name);
    return found < 0
        ? null
        : new String(packet, (int) (found >>> 32), (int) found, StandardCharsets.UTF_8);
  }
}
