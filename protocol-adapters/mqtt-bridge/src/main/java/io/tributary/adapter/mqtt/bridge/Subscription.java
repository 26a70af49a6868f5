package io.tributary.adapter.mqtt.bridge;

/// What a bridge subscribes to.
///
/// @param filter as it is sent: a shared one begins with `$share/GROUP/`
/// @param qos the highest that the broker may use: 0, 1 or 2
public record Subscription(String filter, int qos) {}
