/// Takes in what brokers that already stand in the plant have: the edge is their client.
///
/// ```
///  broker ─▶ BrokerClient ─▶ Line ─▶ Inbox ─▶ Bridge ─▶ Routes, Readings ─▶ Emitter ┄┄▶ journals
///    ▲       a library        one    bounded   an agent                                   │ fsync
///    │                     connection             │                                       │
///    └──── PUBACK, PUBREC, in order of arrival ◀──┴── Owed, afterGroup ◀──────────────────┘
/// ```
///
/// Threads: the bridge is one agent with one thread, which has all state. A client's own threads touch a {@link
/// io.tributary.adapter.mqtt.bridge.Line} alone: they put what arrived into the inbox, where they wait for room, and hand over what
/// happened. A journal's thread puts what it completed into a concurrent queue. The inbox has the only lock; nothing is called
/// under it.
///
/// Imports the adapter API, mqtt-mapping, settings, agent, and link for TLS files and the backoff.
@NullMarked
package io.tributary.adapter.mqtt.bridge;

import org.jspecify.annotations.NullMarked;
