package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.Delivery.Phase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one connection sends of its session's outbox, and how the client answers (MQTT 5, sections 4.3 and 4.9). Event loop only.
final class Sender {
  private static final int NO_ALIAS = 0;

  private final Server server;
  private final Answers answers;
  private final Session session;
  private final int version;

  /// How many messages above QoS 0 may be on their way.
  private final int window;

  private final long maximumPacketBytes;

  /// Topics that the client knows by number; it takes as many as it said.
  private final Map<String, Integer> aliases = new HashMap<>();

  private final int aliasesMost;
  private boolean begun;

  private final Deque<RetainedSending> retained = new ArrayDeque<>();

  /// The one for which the journal had no room.
  private @Nullable Message heldRetained;

  private boolean isRetainedHeld;

  private record RetainedSending(Subscription subscription, Iterator<Message> messages) {}

  Sender(Server server, Answers answers, Session session, Connect connect) {
    this.server = server;
    this.answers = answers;
    this.session = session;
    this.version = connect.version();
    this.window = Math.min(connect.receiveMaximum(), server.settings().maxInflight());
    this.maximumPacketBytes = connect.maximumPacketBytes();
    this.aliasesMost = Math.min(connect.topicAliasMaximum(), Bounds.ALIASES_TO_CLIENT);
  }

  /// The client has its CONNACK: what it did not acknowledge over another connection is sent again.
  void begin() {
    begun = true;
    session.outbox.resume().forEach(this::release);
  }

  /// Builds packets until there are about so many bytes.
  ///
  /// @return whether there was anything
  boolean send(Output output, int bytes) {
    if (!begun) {
      return false;
    }
    moreRetained();
    Delivery next = output.size() < bytes ? session.outbox.next(window) : null;
    while (next != null) {
      send(output, next);
      next = output.size() < bytes ? session.outbox.next(window) : null;
    }
    return output.size() > 0;
  }

  private void send(Output output, Delivery delivery) {
    Message message = delivery.message;
    boolean wasSent = delivery.duplicate;
    if (message.isExpired(server.clock().nowMs()) && !wasSent) {
      server.counters().count(Counter.EXPIRED);
      server.broker().giveUp(session, delivery);
      return;
    }
    int from = output.size();
    Integer known = aliases.get(message.topic);
    int alias = known == null ? newAlias(message.topic) : known;
    output.publish(delivery, version, known == null, alias, server.clock().nowMs());
    if (output.size() - from > maximumPacketBytes) {
      // As if it had been sent (section 3.1.2.11.4).
      output.cutBack(from);
      if (known == null) {
        aliases.remove(message.topic);
      }
      server.counters().count(Counter.TOO_LARGE_FOR_CLIENT);
      server.broker().giveUp(session, delivery);
      return;
    }
    session.outbox.sent(delivery);
    server.counters().count(Counter.SENT);
  }

  private int newAlias(String topic) {
    if (aliases.size() >= aliasesMost) {
      return NO_ALIAS;
    }
    int alias = aliases.size() + 1;
    aliases.put(topic, alias);
    return alias;
  }

  /// Takes PUBACK, PUBREC or PUBCOMP.
  void acknowledged(int type, Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    int reason = 0;
    if (version == 5 && fields.remaining() > 0) {
      reason = fields.u8();
      if (fields.remaining() > 0) {
        server.properties().read(fields, Properties.Holder.PUBREL);
      }
    }
    fields.finish();
    Delivery delivery = session.outbox.underWay(packetId);
    switch (type) {
      case PacketType.PUBACK -> acknowledge(delivery, packetId);
      case PacketType.PUBREC -> receive(delivery, packetId, reason);
      default -> complete(delivery);
    }
  }

  private void acknowledge(@Nullable Delivery delivery, int packetId) throws PacketRefused {
    if (delivery == null) {
      return; // acknowledged twice, or by a client that remembers more than its session
    }
    if (delivery.qos != 1) {
      throw PacketRefused.protocolError("PUBACK of a message of QoS 2, identifier " + packetId);
    }
    server.broker().giveUp(session, delivery);
  }

  private void receive(@Nullable Delivery delivery, int packetId, int reason) throws PacketRefused {
    if (delivery == null) {
      Reason unknown = Reason.PACKET_IDENTIFIER_NOT_FOUND;
      if (reason < Reason.UNSPECIFIED_ERROR.code) {
        answers.add(Ack.now(session, PacketType.PUBREL, packetId, unknown));
      }
      return;
    }
    if (delivery.qos != 2) {
      throw PacketRefused.protocolError("PUBREC of a message of QoS 1, identifier " + packetId);
    }
    if (reason >= Reason.UNSPECIFIED_ERROR.code) {
      server.counters().count(Counter.REFUSED_BY_CLIENT);
      server.broker().giveUp(session, delivery);
      return;
    }
    if (delivery.phase == Phase.RELEASING) {
      Ack owed = delivery.release;
      if (owed == null || owed.queuedBy == null) {
        release(delivery);
      }
      return;
    }
    delivery.phase = Phase.RELEASING;
    release(delivery);
  }

  /// The client has the message: it is told so when the disk knows it.
  private void release(Delivery delivery) {
    if (!delivery.recorded || delivery.isReleaseDurable()) {
      answers.add(Ack.now(session, PacketType.PUBREL, delivery.packetId(), Reason.SUCCESS));
      return;
    }
    Ack owed = delivery.release;
    if (owed != null && !owed.isCompleted()) {
      answers.add(owed);
      return;
    }
    Ack release = Ack.whenDurable(session, PacketType.PUBREL, delivery.packetId());
    answers.add(release);
    answers.step(() -> server.broker().release(session, delivery, release));
  }

  private void complete(@Nullable Delivery delivery) {
    if (delivery != null && delivery.phase == Phase.RELEASING) {
      server.broker().giveUp(session, delivery);
    }
  }

  /// Sends what is retained for a subscription that was just answered (section 3.8.4), as the outbox has room.
  void sendRetained(Subscription subscription) {
    List<Message> messages =
        server.broker().retained().matching(subscription.filter(), server.clock().nowMs());
    if (!messages.isEmpty()) {
      retained.add(new RetainedSending(subscription, messages.iterator()));
      moreRetained();
    }
  }

  private void moreRetained() {
    if (!retained.isEmpty() && !isRetainedHeld) {
      isRetainedHeld = true;
      answers.step(this::passRetained);
    }
  }

  /// @return false when the journal has no room for one that must be kept
  private boolean passRetained() {
    RetainedSending first = retained.peek();
    while (first != null && session.outbox.hasRoom()) {
      Message message = heldRetained;
      if (message == null && first.messages.hasNext()) {
        message = first.messages.next();
      }
      if (message == null) {
        retained.poll();
        first = retained.peek();
        continue;
      }
      heldRetained = message;
      if (!server.broker().passRetained(message, first.subscription, server.clock().nowMs())) {
        return false;
      }
      heldRetained = null;
    }
    isRetainedHeld = false;
    return true;
  }
}
