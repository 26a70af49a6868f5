package io.tributary.adapter.mqtt.mapping;

import io.tributary.record.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that one MQTT topic name decides: worked out once, used for every publish to it.
public final class Route {
  private static final Header TIMESTAMP_OF_ARRIVAL =
      new Header("timestamp", "arrival".getBytes(StandardCharsets.UTF_8));

  public final String mqttTopic;

  /// Null when no mapping takes the topic.
  public final @Nullable Mapping mapping;

  /// The class of the Tributary topic; empty without a mapping.
  public final String className;

  /// The key, where the topic's name decides it.
  final byte @Nullable [] fixedKey;

  final List<Header> headers;

  /// For a reading whose own timestamp is missing or makes no sense.
  final List<Header> headersOfArrival;

  private final byte[] name;

  Route(byte[] name, @Nullable Mapping mapping, String className) {
    this.name = name;
    this.mqttTopic = new String(name, StandardCharsets.UTF_8);
    this.mapping = mapping;
    this.className = className;
    this.fixedKey = mapping == null ? null : fixedKey(mapping.key());
    List<Header> headers = new ArrayList<>(2);
    if (mapping != null && mapping.keepsTopic()) {
      headers.add(new Header("mqtt-topic", name));
    }
    this.headers = List.copyOf(headers);
    headers.add(TIMESTAMP_OF_ARRIVAL);
    this.headersOfArrival = List.copyOf(headers);
  }

  boolean isNamed(byte[] bytes, int from, int length) {
    return Arrays.equals(bytes, from, from + length, name, 0, name.length);
  }

  private byte @Nullable [] fixedKey(Mapping.KeyRule rule) {
    return switch (rule) {
      case Mapping.KeyRule.MqttTopic whole -> name;
      case Mapping.KeyRule.Level(int index) ->
          TopicFilter.levels(mqttTopic)[index].getBytes(StandardCharsets.UTF_8);
      case Mapping.KeyRule.Field field -> null;
      case Mapping.KeyRule.ClientId clientId -> null;
      case Mapping.KeyRule.None none -> null;
    };
  }
}
