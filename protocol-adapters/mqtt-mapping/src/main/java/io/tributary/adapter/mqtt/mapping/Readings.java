package io.tributary.adapter.mqtt.mapping;

import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Makes readings of publishes, as their mappings say. Confined to one thread, but for what it counts.
public final class Readings {
  private final LongAdder timestampsOfArrival = new LongAdder();
  private final LongAdder keysMissing = new LongAdder();

  /// Makes a reading.
  ///
  /// @param value the payload, handed over
  /// @param clientId the client's identifier, in UTF-8
  public Reading of(
      Route route,
      Mapping mapping,
      byte[] value,
      UserProperties properties,
      byte[] clientId,
      long arrivalMs,
      List<StateChange> state) {
    long timestampMs =
        switch (mapping.timestamp()) {
          case Mapping.TimestampRule.Arrival arrival -> arrivalMs;
          case Mapping.TimestampRule.Field(JsonPath path) -> parse(path.find(value));
          case Mapping.TimestampRule.UserProperty(byte[] name) -> parse(properties.value(name));
        };
    boolean invalid = timestampMs == Timestamps.INVALID;
    if (invalid) {
      timestampsOfArrival.increment();
    }
    return new Reading(
        mapping.topic(),
        invalid ? arrivalMs : timestampMs,
        key(route, mapping, value, clientId),
        value,
        invalid ? route.headersOfArrival : route.headers,
        state);
  }

  /// Readings whose own timestamp was missing or made no sense.
  public long timestampsOfArrival() {
    return timestampsOfArrival.sum();
  }

  /// Readings without the field that was to be their key.
  public long keysMissing() {
    return keysMissing.sum();
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
          keysMissing.increment();
          yield null;
        }
        yield text.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private static long parse(@Nullable String text) {
    return text == null ? Timestamps.INVALID : Timestamps.parse(text);
  }
}
