/// Eclipse Paho as the client of bridges.
///
/// ```
///            ┌── Paho: CONNECT, SUBSCRIBE, PINGREQ ──▶ Gate ──▶ socket
///  bridge ───┤                PUBREC, PUBCOMP ───────▶ ✗ │
///            └── PUBACK, PUBREC, PUBCOMP, when the disk has it ──▶ ┘
///            ◀── messages ── Paho ◀── socket
/// ```
///
/// Paho answers a QoS 2 publish before anybody has it on disk. It writes to a socket of ours, so its answers end at the {@link
/// io.tributary.adapter.mqtt.paho.Gate}, and the bridge's go out instead.
///
/// Threads: Paho starts four for each connection (send, receive, callback, ping); they touch the gate, which has a lock, and the bridge's
/// events. The bridge's thread writes acknowledgements through the same lock.
///
/// Imports mqtt-bridge, mqtt-mapping and Paho.
@NullMarked
package io.tributary.adapter.mqtt.paho;

import org.jspecify.annotations.NullMarked;
