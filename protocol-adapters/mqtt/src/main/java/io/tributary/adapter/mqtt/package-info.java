/// An MQTT 3.1.1 and 5 broker whose acknowledgements mean: on disk.
///
/// ```
///  Framing, Fields, Properties, Connect, Output   packets: bytes in, bytes out; pure
///  Connection ─▶ Conversation ─▶ Publishes        one client, what it publishes: bytes, protocol, QoS 0 to 2
///                    ├─▶ Subscribing, Sender      one client, what it is sent
///                    └─▶ Answers
///  Broker, SubscriptionTree, Dispatch, Retained   from publishers to subscribers
///  Sessions, Session, Outbox, Delivery, Wills     what outlives a connection
///  SessionState, BrokerState, Leftovers           how that lies on disk, and how it goes
///  Listeners, WebSocketGate, WebSocketBytes       TCP, TLS and WebSockets, before a Connection
///  ListenerTls, CertificateFiles                  the certificates of listeners, and others in their place
///  Origins                                        the web pages that may come by a WebSocket
///  Access, Logins, Identity, Rights, PublishRate  who a client is, what it may do, and how fast
///  Endpoint, LoopClock, Endings                   the event loop, and the connections on it
///  Server, Counters, SysTopics                    what all clients share
/// ```
///
/// Threads: one event loop has all of it. A journal's thread completes an {@link io.tributary.adapter.mqtt.Ack}, which puts its
/// session into a concurrent queue, or a {@link io.tributary.adapter.mqtt.Dispatch}, and asks for one drain after each group.
/// There are no locks. {@link io.tributary.adapter.mqtt.Logins} checks passwords on a thread of its own.
///
/// Imports the adapter API, link, mqtt-mapping, mqtt-users, settings, and Netty.
@NullMarked
package io.tributary.adapter.mqtt;

import org.jspecify.annotations.NullMarked;
