/// What a publish of MQTT becomes in Tributary: filter to topic, key, timestamp and headers. Shared by all that take publishes in.
///
/// ```
///  topic name ─Routes─▶ Route: the first Mapping that matches, worked out once for a name
///                         │
///  payload, properties ─Readings─▶ Reading
/// ```
///
/// Imports the adapter API, record and settings.
@NullMarked
package io.tributary.adapter.mqtt.mapping;

import org.jspecify.annotations.NullMarked;
