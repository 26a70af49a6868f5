package io.tributary.adapter.mqtt;

/// What is published for a client whose connection ends without its DISCONNECT (MQTT 5, section 3.1.2.5).
///
/// @param delaySeconds how long after that, unless the client is back before or its session ends
record Will(Message message, long delaySeconds) {}
