package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Refused;
import org.jspecify.annotations.Nullable;

/// An answer that a client is owed, and that may have to wait for the disk. It is completed on a journal's thread and sent
/// by the event loop, in the order in which the answers of one connection came to be owed.
final class Ack implements Completion {
  private static final byte[] NOTHING = {};

  final Session session;

  /// PUBACK, PUBREC, PUBREL or PUBCOMP; CONNACK, SUBACK or UNSUBACK with `packet`.
  final int type;

  final int packetId;

  /// What is answered when nothing is refused.
  final Reason reason;

  /// The whole answer, where it was built before; empty for one that is built of the identifier and the reason.
  final byte[] packet;

  /// What is done on the event loop when it was sent.
  final Runnable then;

  /// The conversation whose queue holds this; null before, and once it is sent. Event loop only.
  @Nullable Conversation queuedBy;

  private volatile boolean completed;

  /// Written before `completed`.
  private @Nullable Refused refused;

  private Ack(
      Session session,
      int type,
      int packetId,
      Reason reason,
      byte[] packet,
      Runnable then,
      boolean completed) {
    this.session = session;
    this.type = type;
    this.packetId = packetId;
    this.reason = reason;
    this.packet = packet;
    this.then = then;
    this.completed = completed;
  }

  /// To be sent once the disk has it.
  static Ack whenDurable(Session session, int type, int packetId) {
    return whenDurable(session, type, packetId, Reason.SUCCESS);
  }

  /// To be sent once the disk has what goes with this answer.
  static Ack whenDurable(Session session, int type, int packetId, Reason reason) {
    return new Ack(session, type, packetId, reason, NOTHING, Ack::nothingMore, false);
  }

  /// As {@link #whenDurable}, of a packet that was built before.
  static Ack whenDurable(Session session, int type, byte[] packet, Runnable then) {
    return new Ack(session, type, 0, Reason.SUCCESS, packet, then, false);
  }

  /// To be sent when its turn comes.
  static Ack now(Session session, int type, int packetId, Reason reason) {
    return new Ack(session, type, packetId, reason, NOTHING, Ack::nothingMore, true);
  }

  /// As {@link #now}, of a packet that was built before.
  static Ack now(Session session, int type, byte[] packet, Runnable then) {
    return new Ack(session, type, 0, Reason.SUCCESS, packet, then, true);
  }

  @Override
  public void durable(long offset) {
    completed = true;
    session.ackCompleted();
  }

  @Override
  public void refused(Refused why) {
    refused = why;
    completed = true;
    session.ackCompleted();
  }

  boolean isCompleted() {
    return completed;
  }

  /// Why it was refused; null when it was not. Only of a completed one.
  @Nullable Refused refusal() {
    return refused;
  }

  private static void nothingMore() {}
}
