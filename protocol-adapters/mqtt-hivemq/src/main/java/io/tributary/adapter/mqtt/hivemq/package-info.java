/// The HiveMQ client as the client of bridges.
///
/// ```
///            ┌── the library: CONNECT, SUBSCRIBE, PUBACK, PUBREC ──▶ Gate ──▶ TLS ──▶ socket
///  bridge ───┤                                       PUBCOMP ──▶ ✗ │
///            └── PUBCOMP, when the disk has forgotten the identifier ──▶ ┘
///            ◀── HandOver ◀── the library ◀── Gate ◀── Packets ◀── TLS ◀── socket
/// ```
///
/// The library acknowledges when it is told to, and hides the packet identifier. Its sockets belong to an event loop of ours, which puts a
/// {@link io.tributary.adapter.mqtt.hivemq.Gate} before them.
///
/// Threads: two for each connection. The event loop runs the library and the gate, and never waits. The hand-over's thread waits for room in
/// the bridge. The bridge's thread hands acknowledgements to the loop.
///
/// Imports mqtt-bridge, mqtt-mapping, the library, and what it brings: Netty and RxJava.
@NullMarked
package io.tributary.adapter.mqtt.hivemq;

import org.jspecify.annotations.NullMarked;
