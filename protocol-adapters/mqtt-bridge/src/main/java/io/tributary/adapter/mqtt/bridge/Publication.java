package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.TopicPosition;

/// A topic of this edge that is published to a broker.
///
/// @param to where
/// @param qos the highest that is used
/// @param start where it begins when the edge has no position of it yet
record Publication(String topic, TopicTemplate to, int qos, boolean retain, TopicPosition start) {}
