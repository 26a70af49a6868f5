package io.tributary.adapter.mqtt.mapping;

import org.jspecify.annotations.Nullable;

/// The user properties of one publish (MQTT 5, section 3.3.2.3.7).
public interface UserProperties {
  /// Of a publish without any.
  UserProperties NONE = name -> null;

  /// The value of the first one of that name, which is UTF-8; null when there is none.
  @Nullable String value(byte[] name);
}
