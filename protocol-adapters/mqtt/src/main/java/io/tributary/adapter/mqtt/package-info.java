/// The MQTT 3.1.1 and 5 endpoint that devices publish to.
///
/// ```
///  Framing, Fields, Properties, Connect, Output   packets: bytes in, bytes out; pure
///  TopicFilter, JsonPath, Timestamps, Mapping     what a publish becomes; pure
///  Routes, Readings                               the same, for one endpoint
///  Connection ─▶ Conversation ─▶ Publishes        one client: bytes, protocol, QoS 0 to 2
///                    └─▶ Answers, Subscriptions
///  Sessions, Session, SessionState                what outlives a connection, and how it lies on disk
///  Endpoint                                       the port, the event loop, what all clients share
/// ```
///
/// Threads: one event loop has all of it. A journal's thread touches three things: it completes an {@link
/// io.tributary.adapter.mqtt.Ack}, which puts its session into a concurrent queue, and asks for one drain after each group. There
/// are no locks.
///
/// Imports the adapter API, record, settings, and Netty's transport.
@NullMarked
package io.tributary.adapter.mqtt;

import org.jspecify.annotations.NullMarked;
