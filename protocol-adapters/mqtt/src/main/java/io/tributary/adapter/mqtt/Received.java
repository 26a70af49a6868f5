package io.tributary.adapter.mqtt;

import org.jspecify.annotations.Nullable;

/// A packet identifier of a QoS 2 publish that was received and not yet released (MQTT 5, section 4.3.3).
///
/// ```
///  PUBLISH ─▶ waiting ─durable─▶ held, PUBREC ─PUBREL─▶ releasing ─durable─▶ gone, PUBCOMP
/// ```
final class Received {
  final int packetId;

  /// The class whose journal knows the identifier.
  final String className;

  /// Whether it is on disk, or will be with its reading.
  boolean recorded;

  /// The answer that is owed or was given last: PUBREC, and PUBCOMP once it is being released.
  Ack ack;

  /// The conversation that counts it against its receive maximum.
  @Nullable Conversation countedBy;

  Received(int packetId, String className, boolean recorded, Ack ack) {
    this.packetId = packetId;
    this.className = className;
    this.recorded = recorded;
    this.ack = ack;
  }

  boolean isReleasing() {
    return ack.type == PacketType.PUBCOMP;
  }
}
