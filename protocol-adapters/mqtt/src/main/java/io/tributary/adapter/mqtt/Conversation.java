package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What one client says and is answered, from its CONNECT on: the protocol, over a {@link Connection} that moves the bytes.
/// Event loop only.
///
/// ```
///  GREETING ─CONNECT─▶ OPENING ─session on disk─▶ OPEN ─DISCONNECT, refusal, cut─▶ CLOSED
/// ```
///
/// Every answer that says "on disk" goes through one queue, so the answers of a connection keep the order in which their
/// packets came (MQTT 5, section 4.6), also when journals of different classes complete out of order.
final class Conversation {
  private enum State {
    GREETING,
    OPENING,
    OPEN,
    CLOSED
  }

  private final Endpoint endpoint;
  private final MqttSettings settings;
  private final Counters counters;
  private final Connection connection;

  private final Deque<Ack> acks = new ArrayDeque<>();
  private State state = State.GREETING;

  /// 4 or 5 once the CONNECT has said so, 0 before.
  private int version;

  private long keepAliveNanos;
  private @Nullable Session session;
  private byte[] clientId = {};
  private @Nullable Route[] aliases = {};

  /// The CONNACK, once it is known and until it is sent.
  private byte @Nullable [] welcome;

  /// MQTT 5: publishes of this connection that are not yet fully answered (section 4.9).
  private int unanswered;

  /// What the journal had no room for; nothing is read before it is taken.
  private @Nullable BooleanSupplier held;

  /// The identifier of a held QoS 2 publish, which nobody knows yet.
  private @Nullable Received heldIdentifier;

  /// The most answers that this client ever waited for at a time: its window, as far as it has shown.
  private int learntWindow;

  Conversation(Endpoint endpoint, Connection connection) {
    this.endpoint = endpoint;
    this.settings = endpoint.settings();
    this.counters = endpoint.counters();
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  int version() {
    return version;
  }

  boolean isGreeting() {
    return state == State.GREETING || state == State.OPENING;
  }

  /// One and a half times the keep-alive (section 3.1.2.10); 0 for none.
  long silenceNanos() {
    return keepAliveNanos + keepAliveNanos / 2;
  }

  String describe() {
    Session of = session;
    return "client '" + (of == null ? "" : of.clientId) + "' from " + connection.peer();
  }

  /// Whether no packet can be taken now.
  boolean isStalled() {
    int window = version == 5 ? 2 * settings.receiveMaximum() : settings.receiveMaximum();
    return held != null || state == State.OPENING || acks.size() >= window;
  }

  boolean isWaiting() {
    return !acks.isEmpty();
  }

  /// Whether the client can be expected to send nothing before it is answered. Call it when all that came was taken.
  boolean isBlocked(boolean bytesLeft) {
    int waiting = acks.size();
    return waiting > 0 && (isStalled() || (!bytesLeft && waiting >= learntWindow));
  }

  /// Checks the first byte of a packet, before the rest of it is waited for.
  void checkBeginning(byte header) throws PacketRefused {
    if (state == State.GREETING && header != PacketType.CONNECT << 4) {
      throw PacketRefused.protocolError("the first packet is no CONNECT");
    }
  }

  /// Takes one whole packet.
  void onPacket(int header, Fields fields) throws PacketRefused {
    int type = header >>> 4;
    checkFlags(type, header & 0x0f);
    if (type == PacketType.CONNECT && state != State.GREETING) {
      throw PacketRefused.protocolError("a second CONNECT");
    }
    switch (type) {
      case PacketType.PUBLISH -> publish(header, fields);
      case PacketType.PUBREL -> release(fields);
      case PacketType.PINGREQ -> {
        fields.finish();
        endpoint.output().pingResponse();
      }
      case PacketType.CONNECT -> connect(fields);
      case PacketType.SUBSCRIBE -> subscribe(fields);
      case PacketType.UNSUBSCRIBE -> unsubscribe(fields);
      case PacketType.DISCONNECT -> disconnect(fields);
      default ->
          throw PacketRefused.protocolError(
              PacketType.name(type) + " from a client that is not owed or allowed one");
    }
  }

  private static void checkFlags(int type, int flags) throws PacketRefused {
    if (type == PacketType.PUBLISH) {
      return;
    }
    boolean two =
        type == PacketType.PUBREL || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE;
    if (flags != (two ? 2 : 0)) {
      throw PacketRefused.malformed(PacketType.name(type) + " with flags " + flags);
    }
  }

  // ---- CONNECT

  private void connect(Fields fields) throws PacketRefused {
    version = Connect.readVersion(fields);
    Connect connect = Connect.read(version, fields, endpoint.properties());
    checkAllowed(connect);
    boolean assigned = connect.clientId().isEmpty();
    String name = assigned ? endpoint.assignClientId() : connect.clientId();
    clientId = name.getBytes(StandardCharsets.UTF_8);
    if (clientId.length > Bounds.CLIENT_ID_BYTES) {
      throw new PacketRefused(
          Reason.CLIENT_IDENTIFIER_NOT_VALID,
          "a client identifier of "
              + clientId.length
              + " bytes, allowed are "
              + Bounds.CLIENT_ID_BYTES);
    }
    long maxExpiry = settings.sessionExpiryMax().toSeconds();
    long expiry = Math.min(connect.sessionExpirySeconds(), maxExpiry);
    int keepAlive = keepAliveSeconds(connect);
    keepAliveNanos = keepAlive * 1_000_000_000L;

    endpoint.takeOver(name);
    Sessions.Opening opening =
        endpoint.sessions().open(name, connect.cleanStart(), expiry, endpoint.nowNanos());
    Session opened = opening.session();
    opened.conversation = this;
    session = opened;
    aliases = new @Nullable Route[version == 5 ? settings.topicAliasMaximum() : 0];
    byte[] connack =
        Welcome.build(
            settings, connect, opening.present(), expiry, keepAlive, assigned ? name : "");
    if (connack.length > connect.maximumPacketBytes()) {
      throw new PacketRefused(
          Reason.PACKET_TOO_LARGE, "a maximum packet size that no CONNACK fits");
    }
    welcome = connack;
    state = State.OPENING;
    StateChange change = opening.change();
    if (change == null) {
      acks.add(Ack.now(opened, PacketType.CONNACK, 0, Reason.SUCCESS));
    } else {
      Ack ack = Ack.whenDurable(opened, PacketType.CONNACK, 0);
      acks.add(ack);
      step(() -> endpoint.sessions().record(opening, change, ack));
    }
  }

  private void checkAllowed(Connect connect) throws PacketRefused {
    if (connect.authenticationMethod()) {
      throw new PacketRefused(
          Reason.BAD_AUTHENTICATION_METHOD, "enhanced authentication is not supported");
    }
    if (connect.will()) {
      if (version == 5 && connect.willRetain()) {
        throw new PacketRefused(Reason.RETAIN_NOT_SUPPORTED, "a retained will is not supported");
      }
      if (settings.wills() == MqttSettings.Wills.REFUSE) {
        throw new PacketRefused(
            version == 5 ? Reason.IMPLEMENTATION_SPECIFIC_ERROR : Reason.NOT_AUTHORIZED,
            "wills are not supported (wills: ignore lets such clients in)");
      }
      counters.count(Counter.WILLS_IGNORED);
    }
    if (version == 4 && connect.clientId().isEmpty() && !connect.cleanStart()) {
      throw new PacketRefused(
          Reason.CLIENT_IDENTIFIER_NOT_VALID, "a kept session without a client identifier");
    }
  }

  private int keepAliveSeconds(Connect connect) {
    int asked = connect.keepAliveSeconds();
    int most = (int) settings.keepAliveMax().toSeconds();
    return version == 5 && (asked == 0 || asked > most) ? most : asked;
  }

  // ---- PUBLISH

  private void publish(int header, Fields fields) throws PacketRefused {
    int qos = header >>> 1 & 3;
    boolean duplicate = (header & 8) != 0;
    if (qos == 3 || (qos == 0 && duplicate)) {
      throw PacketRefused.malformed("PUBLISH with flags " + (header & 0x0f));
    }
    int topicLength = fields.u16();
    int topicFrom = fields.skip(topicLength);
    int packetId = qos == 0 ? 0 : packetId(fields);
    Properties properties = endpoint.properties();
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.PUBLISH);
    }
    Route route = route(fields.bytes(), topicFrom, topicLength, properties);
    if ((header & 1) != 0) {
      if (version == 5) {
        throw new PacketRefused(Reason.RETAIN_NOT_SUPPORTED, "a retained publish");
      }
      counters.count(Counter.RETAIN_IGNORED);
    }
    switch (qos) {
      case 0 -> publishOnce(route, fields);
      case 1 -> publishAcknowledged(route, fields, packetId);
      default -> publishExactlyOnce(route, fields, packetId);
    }
  }

  private Route route(byte[] bytes, int from, int length, Properties properties)
      throws PacketRefused {
    if (!properties.has(Properties.TOPIC_ALIAS)) {
      return endpoint.routes().find(bytes, from, length);
    }
    int alias = (int) properties.number(Properties.TOPIC_ALIAS, 0);
    if (alias == 0 || alias > aliases.length) {
      throw new PacketRefused(
          Reason.TOPIC_ALIAS_INVALID, "topic alias " + alias + ", allowed are " + aliases.length);
    }
    if (length > 0) {
      Route route = endpoint.routes().find(bytes, from, length);
      aliases[alias - 1] = route;
      return route;
    }
    Route known = aliases[alias - 1];
    if (known == null) {
      throw PacketRefused.protocolError("topic alias " + alias + " was never given a topic");
    }
    return known;
  }

  private void publishOnce(Route route, Fields fields) throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_0);
    Mapping mapping = route.mapping;
    if (mapping == null) {
      refuseUnmapped(route, 0);
      return;
    }
    emit(reading(route, mapping, fields, null), endpoint.withoutAck());
  }

  private void publishAcknowledged(Route route, Fields fields, int packetId) throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_1);
    countUnanswered();
    Mapping mapping = route.mapping;
    if (mapping == null) {
      queue(Ack.now(session(), PacketType.PUBACK, packetId, refuseUnmapped(route, 1)));
      return;
    }
    Ack ack = Ack.whenDurable(session(), PacketType.PUBACK, packetId);
    Reading reading = reading(route, mapping, fields, null);
    queue(ack);
    emit(reading, ack);
  }

  private void publishExactlyOnce(Route route, Fields fields, int packetId) throws PacketRefused {
    counters.count(Counter.PUBLISHED_QOS_2);
    Session session = session();
    Received known = session.received(packetId);
    if (known != null) {
      publishedAgain(known);
      return;
    }
    if (session.receivedCount() >= Bounds.RECEIVED_PER_SESSION) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED,
          "more than " + Bounds.RECEIVED_PER_SESSION + " QoS 2 publishes that are not released");
    }
    countUnanswered();
    Mapping mapping = route.mapping;
    if (mapping == null) {
      Ack ack = Ack.now(session, PacketType.PUBREC, packetId, refuseUnmapped(route, 2));
      receive(new Received(packetId, "", false, ack));
      return;
    }
    Ack ack = Ack.whenDurable(session, PacketType.PUBREC, packetId);
    Received received = new Received(packetId, route.className, session.durable, ack);
    StateChange state =
        session.durable
            ? new StateChange(
                SessionState.receivedKey(session.generation, packetId), SessionState.RECEIVED_VALUE)
            : null;
    Reading reading = reading(route, mapping, fields, state);
    receive(received);
    emit(reading, ack);
    heldIdentifier = held == null ? null : received;
  }

  private void receive(Received received) {
    session().receive(received);
    received.countedBy = this;
    queue(received.ack);
  }

  /// A publish whose identifier is known is the same publish again: it is answered, and taken only once.
  private void publishedAgain(Received known) throws PacketRefused {
    counters.count(Counter.DUPLICATES);
    if (known.isReleasing()) {
      throw PacketRefused.protocolError("PUBLISH of an identifier that is being released");
    }
    if (known.countedBy != this) {
      known.countedBy = this;
      countUnanswered();
    }
    if (known.ack.queuedBy == this) {
      return;
    }
    if (known.ack.isCompleted()) {
      queue(Ack.now(session(), PacketType.PUBREC, known.packetId, Reason.SUCCESS));
    } else {
      queue(known.ack);
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
    endpoint.example(describe() + ": " + text);
    return Reason.TOPIC_NAME_INVALID;
  }

  private Reading reading(Route route, Mapping mapping, Fields fields, @Nullable StateChange state)
      throws PacketRefused {
    return endpoint
        .readings()
        .of(route, mapping, fields, endpoint.properties(), clientId, endpoint.nowMs(), state);
  }

  private void emit(Reading reading, Completion completion) {
    step(() -> endpoint.emitter().emit(reading, completion));
  }

  private void countUnanswered() throws PacketRefused {
    unanswered++;
    if (version == 5 && unanswered > settings.receiveMaximum()) {
      throw new PacketRefused(
          Reason.RECEIVE_MAXIMUM_EXCEEDED,
          "more than " + settings.receiveMaximum() + " publishes in flight");
    }
  }

  // ---- PUBREL

  private void release(Fields fields) throws PacketRefused {
    int packetId = packetId(fields);
    if (version == 5 && fields.remaining() > 0) {
      fields.u8();
      if (fields.remaining() > 0) {
        endpoint.properties().read(fields, Properties.Holder.PUBREL);
      }
    }
    fields.finish();
    Session session = session();
    Received received = session.received(packetId);
    if (received == null) {
      queue(Ack.now(session, PacketType.PUBCOMP, packetId, Reason.PACKET_IDENTIFIER_NOT_FOUND));
      return;
    }
    Ack before = received.ack;
    if (received.isReleasing() && before.refusal() == null) {
      if (before.queuedBy != this) {
        queue(before);
      }
      return;
    }
    if (!before.isCompleted() || before.queuedBy == this) {
      throw PacketRefused.protocolError("PUBREL before its PUBREC");
    }
    if (!received.recorded) {
      received.ack = Ack.now(session, PacketType.PUBCOMP, packetId, Reason.SUCCESS);
      queue(received.ack);
      return;
    }
    Ack ack = Ack.whenDurable(session, PacketType.PUBCOMP, packetId);
    received.ack = ack;
    queue(ack);
    String key = SessionState.receivedKey(session.generation, packetId);
    String className = received.className;
    step(() -> endpoint.emitter().changeState(className, key, null, ack));
  }

  // ---- what comes later, and DISCONNECT

  private void subscribe(Fields fields) throws PacketRefused {
    int packetId = packetId(fields);
    Properties properties = endpoint.properties();
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.SUBSCRIBE);
    }
    if (properties.has(Properties.SUBSCRIPTION_IDENTIFIER)) {
      throw new PacketRefused(
          Reason.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "a subscription identifier");
    }
    int filters = 0;
    while (fields.remaining() > 0) {
      checkSubscription(fields.string());
      int options = fields.u8();
      if ((options & 3) == 3 || (options & (version == 5 ? 0xc0 : 0xfc)) != 0) {
        throw PacketRefused.malformed("SUBSCRIBE with options " + options);
      }
      filters++;
    }
    if (filters == 0) {
      throw PacketRefused.protocolError("SUBSCRIBE without a filter");
    }
    counters.count(Counter.SUBSCRIPTIONS_REFUSED, filters);
    int code =
        version == 5 ? Reason.IMPLEMENTATION_SPECIFIC_ERROR.code : Reason.UNSPECIFIED_ERROR.code;
    endpoint.output().answerFilters(PacketType.SUBACK, packetId, filters, code, version);
  }

  /// What CONNACK said is not available is refused as the specification prescribes (MQTT 5, section 3.2.2.3).
  private void checkSubscription(String filter) throws PacketRefused {
    if (filter.isEmpty()) {
      throw PacketRefused.protocolError("SUBSCRIBE with an empty filter");
    }
    if (version == 5 && filter.startsWith("$share/")) {
      throw new PacketRefused(Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, "a shared subscription");
    }
    if (version == 5 && (filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0)) {
      throw new PacketRefused(
          Reason.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, "a subscription with wildcards");
    }
  }

  private void unsubscribe(Fields fields) throws PacketRefused {
    int packetId = packetId(fields);
    if (version == 5) {
      endpoint.properties().read(fields, Properties.Holder.UNSUBSCRIBE);
    }
    int filters = 0;
    while (fields.remaining() > 0) {
      fields.skipString();
      filters++;
    }
    if (filters == 0) {
      throw PacketRefused.protocolError("UNSUBSCRIBE without a filter");
    }
    int code = Reason.NO_SUBSCRIPTION_EXISTED.code;
    endpoint.output().answerFilters(PacketType.UNSUBACK, packetId, filters, code, version);
  }

  private void disconnect(Fields fields) throws PacketRefused {
    Properties properties = endpoint.properties();
    properties.none();
    if (version == 5 && fields.remaining() > 0) {
      fields.u8();
      if (fields.remaining() > 0) {
        properties.read(fields, Properties.Holder.DISCONNECT);
      }
    }
    fields.finish();
    if (properties.has(Properties.SESSION_EXPIRY)) {
      long asked = properties.number(Properties.SESSION_EXPIRY, 0);
      if (session().expirySeconds == 0 && asked > 0) {
        throw PacketRefused.protocolError("a session that was to end now is to be kept");
      }
      long most = settings.sessionExpiryMax().toSeconds();
      endpoint.sessions().changeExpiry(session(), Math.min(asked, most));
    }
    connection.close();
  }

  private static int packetId(Fields fields) throws PacketRefused {
    int packetId = fields.u16();
    if (packetId == 0) {
      throw PacketRefused.protocolError("packet identifier 0");
    }
    return packetId;
  }

  // ---- answers

  private void queue(Ack ack) {
    ack.queuedBy = this;
    acks.add(ack);
    learntWindow = Math.max(learntWindow, acks.size());
  }

  /// Does something that the journal may have no room for; then it is held, and all that follows waits behind it.
  private void step(BooleanSupplier step) {
    if (!step.getAsBoolean()) {
      held = step;
      endpoint.starved(connection);
    }
  }

  /// Tries again what the journal had no room for.
  ///
  /// @return false when there is still none
  boolean retryHeld() {
    BooleanSupplier step = held;
    if (step == null) {
      return true;
    }
    held = null;
    step(step);
    heldIdentifier = held == null ? null : heldIdentifier;
    return held == null;
  }

  /// Writes the answers that are due, from the oldest to the first that still waits.
  void drain() {
    Ack ack = acks.peek();
    while (ack != null && ack.isCompleted() && state != State.CLOSED) {
      acks.poll();
      ack.queuedBy = null;
      answer(ack);
      ack = acks.peek();
    }
  }

  private void answer(Ack ack) {
    Refused refused = ack.refusal();
    if (refused != null && cannotAnswer(refused)) {
      counters.count(counterOf(refused));
      connection.refuse(reasonOf(refused), "could not be written to disk: " + refused);
      return;
    }
    Reason reason = refused == null ? ack.reason : reasonOf(refused);
    if (refused != null) {
      counters.count(counterOf(refused));
    }
    switch (ack.type) {
      case PacketType.CONNACK -> {
        state = State.OPEN;
        byte[] bytes = welcome;
        welcome = null;
        if (bytes != null) {
          endpoint.output().packet(bytes);
        }
        return;
      }
      case PacketType.PUBREC -> received(ack, reason);
      case PacketType.PUBCOMP -> {
        session().release(ack.packetId);
        answered();
      }
      default -> answered();
    }
    endpoint.output().acknowledge(ack.type, ack.packetId, reason, version);
  }

  private void received(Ack ack, Reason reason) {
    if (version == 5 && reason.isError()) {
      session().release(ack.packetId);
      answered();
    } else if (ack.refusal() != null || reason.isError()) {
      // MQTT 3.1.1 has no word for it and goes on to PUBREL; the identifier is known until then.
      Ack given = Ack.now(ack.session, PacketType.PUBREC, ack.packetId, Reason.SUCCESS);
      Received unrecorded = new Received(ack.packetId, "", false, given);
      unrecorded.countedBy = this;
      session().receive(unrecorded);
    }
  }

  private void answered() {
    unanswered = Math.max(0, unanswered - 1);
  }

  /// Whether the only honest answer is none, so that the client keeps its publish and sends it again.
  private boolean cannotAnswer(Refused refused) {
    return switch (refused) {
      case FAILED, SHUTDOWN -> true;
      case TOO_LARGE -> version == 4;
      case QUOTA -> false;
    };
  }

  static Counter counterOf(Refused refused) {
    return switch (refused) {
      case TOO_LARGE -> Counter.REFUSED_TOO_LARGE;
      case QUOTA -> Counter.REFUSED_QUOTA;
      case FAILED, SHUTDOWN -> Counter.REFUSED_FAILED;
    };
  }

  private Reason reasonOf(Refused refused) {
    return switch (refused) {
      case TOO_LARGE -> Reason.IMPLEMENTATION_SPECIFIC_ERROR;
      case QUOTA -> Reason.QUOTA_EXCEEDED;
      case FAILED ->
          isGreeting() ? Reason.SERVER_UNAVAILABLE : Reason.IMPLEMENTATION_SPECIFIC_ERROR;
      case SHUTDOWN -> Reason.SERVER_SHUTTING_DOWN;
    };
  }

  /// Ends the conversation: what it still owed is not answered, and its session is without a connection.
  void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    held = null;
    for (Ack ack : acks) {
      ack.queuedBy = null;
    }
    acks.clear();
    Session of = session;
    if (of == null) {
      return;
    }
    Received never = heldIdentifier;
    if (never != null) {
      of.release(never.packetId);
      heldIdentifier = null;
    }
    if (of.conversation == this) {
      endpoint.sessions().disconnected(of, endpoint.nowNanos());
    }
  }

  private Session session() {
    Session of = session;
    if (of == null) {
      throw new IllegalStateException("a packet before CONNECT");
    }
    return of;
  }
}
