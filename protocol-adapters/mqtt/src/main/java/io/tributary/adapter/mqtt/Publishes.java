package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.mqtt.LocalTopics.Local;
import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client publishes and how it is answered: QoS 0, 1 and 2 (MQTT 5, section 4.3). Event loop only.
final class Publishes {
  private final Server server;
  private final MqttSettings settings;
  private final Counters counters;
  private final Conversation owner;
  private final Answers answers;
  private final Session session;
  private final int version;
  private final byte[] clientId;
  private final @Nullable Route[] aliases;

  /// MQTT 5: publishes of this connection that are not yet fully answered (section 4.9).
  private int unanswered;

  /// The identifier of a QoS 2 publish that the journal had no room for, and that nobody knows yet.
  private @Nullable Received heldIdentifier;

  Publishes(
      Server server,
      Conversation owner,
      Answers answers,
      Session session,
      int version,
      byte[] clientId) {
    this.server = server;
    this.settings = server.settings();
    this.counters = server.counters();
    this.owner = owner;
    this.answers = answers;
    this.session = session;
    this.version = version;
    this.clientId = clientId;
    this.aliases = new @Nullable Route[version == 5 ? settings.topicAliasMaximum() : 0];
  }

  /// Takes a PUBLISH.
  void publish(int header, Fields fields) throws PacketRefused {
    int qos = header >>> 1 & 3;
    boolean duplicate = (header & 8) != 0;
    if (qos == 3 || (qos == 0 && duplicate)) {
      throw PacketRefused.malformed("PUBLISH with flags " + (header & 0x0f));
    }
    int topicLength = fields.u16();
    int topicFrom = fields.skip(topicLength);
    int packetId = qos == 0 ? 0 : fields.packetId();
    Properties properties = server.properties();
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.PUBLISH);
    }
    Route route = route(fields.bytes(), topicFrom, topicLength, properties);
    boolean retain = (header & 1) != 0;
    if (!owner.rights().mayPublish(route.mqttTopic)) {
      forbid(route, qos, packetId);
      return;
    }
    switch (qos) {
      case 0 -> publishOnce(route, fields, retain);
      case 1 -> publishAcknowledged(route, fields, retain, packetId);
      default -> publishExactlyOnce(route, fields, retain, packetId);
    }
  }

  private Route route(byte[] bytes, int from, int length, Properties properties)
      throws PacketRefused {
    if (!properties.has(Properties.TOPIC_ALIAS)) {
      return server.route(bytes, from, length);
    }
    int alias = (int) properties.number(Properties.TOPIC_ALIAS, 0);
    if (alias == 0 || alias > aliases.length) {
      throw new PacketRefused(
          Reason.TOPIC_ALIAS_INVALID, "topic alias " + alias + ", allowed are " + aliases.length);
    }
    if (length > 0) {
      Route route = server.route(bytes, from, length);
      aliases[alias - 1] = route;
      return route;
    }
    Route known = aliases[alias - 1];
    if (known == null) {
      throw PacketRefused.protocolError("topic alias " + alias + " was never given a topic");
    }
    return known;
  }

  /// Answers a publish that the client has no right to. Where there is no way to tell it, its connection ends: an answer that
  /// looks like success would be a lie (MQTT 3.1.1, section 3.3.5; MQTT 5, section 3.3.4).
  private void forbid(Route route, int qos, int packetId) throws PacketRefused {
    counters.count(Counter.PUBLISHES_NOT_AUTHORIZED);
    String text = "'rights' do not let it publish to '" + route.mqttTopic + "'";
    if (version == 4 || qos == 0) {
      throw new PacketRefused(Reason.NOT_AUTHORIZED, text);
    }
    counters.example(owner.describe() + ": " + text);
    Received known = qos == 2 ? session.received(packetId) : null;
    if (known != null) {
      publishedAgain(known); // it was taken while the client had the right
      return;
    }
    countUnanswered();
    if (qos == 1) {
      answers.add(Ack.now(session, PacketType.PUBACK, packetId, Reason.NOT_AUTHORIZED));
    } else {
      Ack ack = Ack.now(session, PacketType.PUBREC, packetId, Reason.NOT_AUTHORIZED);
      receive(new Received(packetId, "", false, ack));
    }
  }

  private void publishOnce(Route route, Fields fields, boolean retain) throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_0);
    Mapping mapping = route.mapping;
    if (mapping == null && server.local(route) == null) {
      refuseUnmapped(route, 0);
      return;
    }
    pass(taken(route, fields, 0, retain), List.of(), server.withoutAck());
  }

  private void publishAcknowledged(Route route, Fields fields, boolean retain, int packetId)
      throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_1);
    countUnanswered();
    Local local = route.mapping == null ? server.local(route) : null;
    if (route.mapping == null && local == null) {
      answers.add(Ack.now(session, PacketType.PUBACK, packetId, refuseUnmapped(route, 1)));
      return;
    }
    Taken taken = taken(route, fields, 1, retain);
    Ack ack = ack(PacketType.PUBACK, packetId, local, taken, false);
    answers.add(ack);
    pass(taken, List.of(), ack.isCompleted() ? server.withoutAck() : ack);
  }

  private void publishExactlyOnce(Route route, Fields fields, boolean retain, int packetId)
      throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_2);
    Received known = session.received(packetId);
    if (known != null) {
      publishedAgain(known);
      return;
    }
    if (session.durable && !server.emitter().mayKeepMore(server.classOf(route))) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED, "no room for an identifier: the state on disk is full");
    }
    if (session.receivedCount() >= Bounds.RECEIVED_PER_SESSION) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED,
          "more than " + Bounds.RECEIVED_PER_SESSION + " QoS 2 publishes that are not released");
    }
    countUnanswered();
    Local local = route.mapping == null ? server.local(route) : null;
    if (route.mapping == null && local == null) {
      Ack ack = Ack.now(session, PacketType.PUBREC, packetId, refuseUnmapped(route, 2));
      receive(new Received(packetId, "", false, ack));
      return;
    }
    boolean isRecorded =
        session.durable && (local == null || local.ack() == LocalTopics.Meaning.STORED);
    Taken taken = taken(route, fields, 2, retain);
    Ack ack = ack(PacketType.PUBREC, packetId, local, taken, isRecorded);
    String className = server.classOf(route);
    Received received = new Received(packetId, className, isRecorded, ack);
    receive(received);
    if (!isRecorded) {
      pass(taken, List.of(), ack.isCompleted() ? server.withoutAck() : ack);
      return;
    }
    String key = SessionState.receivedKey(session.generation, packetId);
    List<StateChange> own = List.of(new StateChange(key, SessionState.RECEIVED_VALUE));
    heldIdentifier = received;
    answers.step(() -> {
      boolean isTaken = take(taken, own, ack);
      if (isTaken) {
        heldIdentifier = null;
      }
      return isTaken;
    });
  }

  private void receive(Received received) {
    session.receive(received);
    received.countedBy = owner;
    answers.add(received.ack);
  }

  /// A publish that is accepted.
  ///
  /// @param reading null when its topic is not logged
  /// @param message null when nobody subscribed and nothing is to be retained
  private record Taken(Route route, @Nullable Reading reading, @Nullable Message message) {}

  private Taken taken(Route route, Fields fields, int qos, boolean retain) {
    byte[] value = fields.rest();
    Mapping mapping = route.mapping;
    Properties properties = server.properties();
    Reading reading =
        mapping == null
            ? null
            : server
                .readings()
                .of(route, mapping, value, properties, clientId, server.clock().nowMs(), List.of());
    Message message = null;
    if (server.broker().concerns(route.mqttTopic, retain)) {
      long expirySeconds = properties.number(Properties.MESSAGE_EXPIRY, -1);
      message =
          new Message(
              route.mqttTopic,
              value,
              qos,
              retain,
              properties.forwarded(),
              server.clock().expiresAtMs(expirySeconds),
              server.classOf(route),
              session);
    }
    return new Taken(route, reading, message);
  }

  /// What the client is owed for a publish, and when.
  private Ack ack(int type, int packetId, @Nullable Local local, Taken taken, boolean isRecorded) {
    if (local == null || isRecorded) {
      return Ack.whenDurable(session, type, packetId);
    }
    if (taken.message == null) {
      return Ack.now(session, type, packetId, Reason.NO_MATCHING_SUBSCRIBERS);
    }
    return local.ack() == LocalTopics.Meaning.RECEIVED
        ? Ack.now(session, type, packetId, Reason.SUCCESS)
        : Ack.whenDurable(session, type, packetId);
  }

  private void pass(Taken taken, List<StateChange> own, Completion completion) {
    answers.step(() -> take(taken, own, completion));
  }

  /// Hands over a publish, and what else must be on disk with it.
  ///
  /// @return false when there is no room; nothing was taken
  private boolean take(Taken taken, List<StateChange> own, Completion completion) {
    Broker broker = server.broker();
    Reading reading = taken.reading;
    Message message = taken.message;
    if (message != null) {
      Dispatch dispatch = broker.dispatch(message, server.clock().nowMs(), completion);
      own.forEach(dispatch::change);
      return reading == null ? broker.pass(dispatch) : broker.emit(dispatch, reading);
    }
    if (reading != null) {
      return server.emitter().emit(reading.with(own), completion);
    }
    return own.isEmpty()
        || server.emitter().changeState(server.classOf(taken.route), own, completion);
  }

  /// A publish whose identifier is known is the same publish again: it is answered, and taken only once.
  private void publishedAgain(Received known) throws PacketRefused {
    counters.count(Counter.DUPLICATES);
    if (known.isReleasing()) {
      throw PacketRefused.protocolError("PUBLISH of an identifier that is being released");
    }
    if (known.countedBy != owner) {
      known.countedBy = owner;
      countUnanswered();
    }
    if (known.ack.queuedBy == owner) {
      return;
    }
    if (known.ack.isCompleted()) {
      answers.add(Ack.now(session, PacketType.PUBREC, known.packetId, Reason.SUCCESS));
    } else {
      answers.add(known.ack);
    }
  }

  /// Answers what a publish that no mapping takes is acknowledged with, or refuses the connection where that is the only
  /// way to tell.
  private Reason refuseUnmapped(Route route, int qos) throws PacketRefused {
    counters.count(Counter.UNMAPPED);
    if (settings.unmapped() == MqttSettings.Unmapped.IGNORE) {
      return Reason.NO_MATCHING_SUBSCRIBERS;
    }
    String text = "no mapping takes topic '" + route.mqttTopic + "'";
    if (version == 4 || qos == 0) {
      throw new PacketRefused(Reason.TOPIC_NAME_INVALID, text);
    }
    counters.example(owner.describe() + ": " + text);
    return Reason.TOPIC_NAME_INVALID;
  }

  private void countUnanswered() throws PacketRefused {
    unanswered++;
    if (version == 5 && unanswered > settings.receiveMaximum()) {
      throw new PacketRefused(
          Reason.RECEIVE_MAXIMUM_EXCEEDED,
          "more than " + settings.receiveMaximum() + " publishes in flight");
    }
  }

  /// Takes a PUBREL: the identifier is forgotten, and the client hears so once the disk has forgotten it too.
  void release(Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    if (version == 5 && fields.remaining() > 0) {
      fields.u8();
      if (fields.remaining() > 0) {
        server.properties().read(fields, Properties.Holder.PUBREL);
      }
    }
    fields.finish();
    Received received = session.received(packetId);
    if (received == null) {
      answers.add(
          Ack.now(session, PacketType.PUBCOMP, packetId, Reason.PACKET_IDENTIFIER_NOT_FOUND));
      return;
    }
    Ack before = received.ack;
    if (received.isReleasing() && before.refusal() == null) {
      if (before.queuedBy != owner) {
        answers.add(before);
      }
      return;
    }
    if (!before.isCompleted() || before.queuedBy == owner) {
      throw PacketRefused.protocolError("PUBREL before its PUBREC");
    }
    if (!received.recorded) {
      received.ack = Ack.now(session, PacketType.PUBCOMP, packetId, Reason.SUCCESS);
      answers.add(received.ack);
      return;
    }
    Ack ack = Ack.whenDurable(session, PacketType.PUBCOMP, packetId);
    received.ack = ack;
    answers.add(ack);
    forget(received, ack);
  }

  /// Does what an answer that is due means, and says what the client hears; null when it has to wait once more.
  @Nullable Reason answer(Ack ack) {
    Refused refused = ack.refusal();
    Reason reason = refused == null ? ack.reason : Reason.of(refused);
    Received received = ack.type == PacketType.PUBREC ? session.answering(ack.packetId) : null;
    if (received != null && reason.isError()) {
      return answerRefused(received, reason);
    }
    if (ack.type == PacketType.PUBCOMP) {
      session.release(ack.packetId);
    }
    if (ack.type != PacketType.PUBREC || reason.isError()) {
      answered();
    }
    return reason;
  }

  /// A QoS 2 publish was not kept. MQTT 5 has a word for it, which frees the identifier; MQTT 3.1.1 goes on to PUBREL.
  private @Nullable Reason answerRefused(Received received, Reason reason) {
    if (version == 4) {
      received.ack = Ack.now(session, PacketType.PUBREC, received.packetId, Reason.SUCCESS);
      return Reason.SUCCESS;
    }
    if (!received.recorded) {
      session.release(received.packetId);
      answered();
      return reason;
    }
    // The disk may know the identifier although it has a Gap instead of the reading. The next
    // publish that bears it must
    // not be taken for this one in another life of the edge, so it is free when the disk has
    // forgotten it.
    received.recorded = false;
    Ack later = Ack.whenDurable(session, PacketType.PUBREC, received.packetId, reason);
    received.ack = later;
    answers.addFirst(later);
    forget(received, later);
    return null;
  }

  private void forget(Received received, Completion completion) {
    String className = received.className;
    String key = SessionState.receivedKey(session.generation, received.packetId);
    List<StateChange> removal = List.of(StateChange.remove(key));
    answers.step(() -> server.emitter().changeState(className, removal, completion));
  }

  private void answered() {
    unanswered = Math.max(0, unanswered - 1);
  }

  /// The connection is gone: an identifier that was never handed over is free again.
  void close() {
    Received never = heldIdentifier;
    if (never != null) {
      session.release(never.packetId);
      heldIdentifier = null;
    }
  }
}
