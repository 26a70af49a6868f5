package io.tributary.adapter.mqtt;

import org.jspecify.annotations.Nullable;

/// One message in one session's outbox (MQTT 5, section 4.3).
///
/// ```
///  PLACED ─durable─▶ WAITING ─next─▶ SENDING ─PUBLISH─▶ SENT ─PUBACK─▶ DONE
///                                                        └─PUBREC, durable─▶ RELEASING ─PUBCOMP─▶ DONE
/// ```
///
/// QoS 0 is DONE when it is sent. Event loop only.
final class Delivery {
  enum Phase {
    /// Its message is on the way to the disk, or to the others that are served before it.
    PLACED,
    WAITING,
    /// It has left the queue; it is sent, or given up, at once.
    SENDING,
    SENT,
    RELEASING,
    DONE
  }

  final Message message;
  final int qos;
  final boolean retain;

  /// Of the subscriptions that it answers.
  final int[] identifiers;

  /// Its place in the outbox, which says its packet identifier too; 0 for QoS 0.
  final long sequence;

  /// Whether it is on disk: of a session that lasts, above QoS 0.
  final boolean recorded;

  Phase phase = Phase.PLACED;

  /// It was found on disk as one that the client has.
  boolean isReleaseRestored;

  /// Sent before, over another connection perhaps.
  boolean duplicate;

  /// The PUBREL that is owed once the disk knows that the client has the message, from when a journal was told.
  @Nullable Ack release;

  Delivery(
      Message message,
      int qos,
      boolean retain,
      int[] identifiers,
      long sequence,
      boolean recorded) {
    this.message = message;
    this.qos = qos;
    this.retain = retain;
    this.identifiers = identifiers;
    this.sequence = sequence;
    this.recorded = recorded;
  }

  /// Whether the disk knows that the client has it.
  boolean isReleaseDurable() {
    return isReleaseRestored
        || (release != null && release.isCompleted() && release.refusal() == null);
  }

  /// Follows from the sequence, so that a session that comes back from the disk sends with the same identifiers.
  int packetId() {
    return packetId(sequence);
  }

  static int packetId(long sequence) {
    return (int) ((sequence - 1) % 0xffff) + 1;
  }
}
