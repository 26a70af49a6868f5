package io.tributary.adapter.mqtt;

import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.mqtt.users.User;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client says and is answered, from its CONNECT on: the protocol, over a {@link Connection} that moves the bytes.
/// Event loop only.
///
/// ```
///  GREETING ─CONNECT─▶ CHECKING ─password right─▶ OPENING ─session on disk─▶ OPEN ─DISCONNECT, refusal, cut─▶ CLOSED
/// ```
///
/// What says "on disk" goes through {@link Answers}, what was published through {@link Publishes}.
final class Conversation {
  private enum State {
    GREETING,
    CHECKING,
    OPENING,
    OPEN,
    CLOSED
  }

  private final Server server;
  private final MqttSettings settings;
  private final Counters counters;
  private final Connection connection;

  private final Answers answers = new Answers(this);
  private State state = State.GREETING;

  /// 4 or 5 once the CONNECT has said so, 0 before.
  private int version;

  /// The client's name, from its CONNECT or chosen for it; empty before.
  private String client = "";

  private long keepAliveNanos;

  /// What it may do, once it is known who it is.
  private Rights rights = Rights.ALL;

  private Identity identity = Identity.ANONYMOUS;
  private final PublishRate rate;

  /// Taken of the memory that all connections share, while its password is checked.
  private int heldBytes;

  // Known from CONNECT on.
  private @Nullable Session session;
  private @Nullable Publishes publishes;
  private @Nullable Sender sender;
  private @Nullable Subscribing subscribing;

  Conversation(Server server, Connection connection) {
    this.server = server;
    this.settings = server.settings();
    this.counters = server.counters();
    this.connection = connection;
    this.rate = new PublishRate(settings.publishRate(), server.clock().nowNanos());
  }

  Connection connection() {
    return connection;
  }

  int version() {
    return version;
  }

  boolean isGreeting() {
    return state == State.GREETING || state == State.CHECKING || state == State.OPENING;
  }

  /// Whether its password waits to be checked; the time that this takes is not the client's.
  boolean isChecking() {
    return state == State.CHECKING;
  }

  Identity identity() {
    return identity;
  }

  Rights rights() {
    return rights;
  }

  /// How long until the client may publish again; 0: now.
  long rateWaitNanos() {
    return rate.waitNanos(server.clock().nowNanos());
  }

  /// One and a half times the keep-alive (section 3.1.2.10); 0 for none.
  long silenceNanos() {
    return keepAliveNanos + keepAliveNanos / 2;
  }

  String describe() {
    return "client '" + client + "' from " + connection.peer();
  }

  /// Whether no packet can be taken now.
  boolean isStalled() {
    int window = version == 5 ? 2 * settings.receiveMaximum() : settings.receiveMaximum();
    return answers.isHolding()
        || state == State.CHECKING
        || state == State.OPENING
        || answers.size() >= window
        || rateWaitNanos() > 0;
  }

  boolean isWaiting() {
    return answers.size() > 0;
  }

  /// Whether the client can be expected to send nothing before it is answered. Call it when all that came was taken.
  boolean isBlocked(boolean bytesLeft) {
    return answers.size() > 0 && (isStalled() || (!bytesLeft && answers.isWindowFull()));
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
      case PacketType.PUBLISH -> {
        rate.took(fields.remaining(), server.clock().nowNanos());
        publishes().publish(header, fields);
      }
      case PacketType.PUBREL -> publishes().release(fields);
      case PacketType.PINGREQ -> {
        fields.finish();
        server.output().pingResponse();
      }
      case PacketType.CONNECT -> connect(fields);
      case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBCOMP ->
          opened(sender).acknowledged(type, fields);
      case PacketType.SUBSCRIBE -> opened(subscribing).subscribe(fields);
      case PacketType.UNSUBSCRIBE -> opened(subscribing).unsubscribe(fields);
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
    int bytes = fields.remaining();
    version = Connect.readVersion(fields);
    Connect connect = Connect.read(version, fields, server.properties());
    client = connect.clientId();
    checkAllowed(connect);
    state = State.CHECKING;
    heldBytes = bytes;
    if (!server.hold(bytes)) {
      heldBytes = 0;
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED, "too many bytes are waiting in all connections together");
    }
    Identity found =
        server
            .access()
            .identify(
                connection.listener(),
                connection.tlsSession(),
                connect,
                user -> checked(connect, user));
    if (found != null) {
      open(connect, found);
    }
  }

  /// It is known whether the password was right.
  private void checked(Connect connect, @Nullable User user) {
    if (state != State.CHECKING) {
      return; // it is gone
    }
    server.clock().read();
    try {
      if (user == null) {
        counters.count(Counter.LOGINS_REFUSED);
        throw new PacketRefused(Reason.BAD_USER_NAME_OR_PASSWORD, "a wrong user name or password");
      }
      open(connect, Identity.of(user));
    } catch (PacketRefused refused) {
      connection.refuse(refused.reason(), refused.text());
    }
    connection.resume();
    server.broker().feed();
  }

  private void releaseHeld() {
    server.hold(-heldBytes);
    heldBytes = 0;
  }

  private void open(Connect connect, Identity who) throws PacketRefused {
    releaseHeld();
    identity = who;
    boolean assigned = connect.clientId().isEmpty();
    String name = assigned ? server.sessions().assignClientId() : connect.clientId();
    client = name;
    byte[] clientId = name.getBytes(StandardCharsets.UTF_8);
    if (clientId.length > Bounds.CLIENT_ID_BYTES) {
      throw new PacketRefused(
          Reason.CLIENT_IDENTIFIER_NOT_VALID,
          "a client identifier of "
              + clientId.length
              + " bytes, allowed are "
              + Bounds.CLIENT_ID_BYTES);
    }
    String user = who.name();
    int userBytes = user == null ? 0 : user.getBytes(StandardCharsets.UTF_8).length;
    if (userBytes > Bounds.USER_BYTES) {
      throw new PacketRefused(
          Reason.NOT_AUTHORIZED,
          "a user name of " + userBytes + " bytes, allowed are " + Bounds.USER_BYTES);
    }
    long maxExpiry = settings.sessionExpiryMax().toSeconds();
    long expiry = Math.min(connect.sessionExpirySeconds(), maxExpiry);
    int keepAlive = keepAliveSeconds(connect);
    keepAliveNanos = keepAlive * 1_000_000_000L;

    rights = server.access().rights(who, name);
    Will will = connect.will() == null ? null : server.will(connect.will());
    if (will != null && !rights.mayPublish(will.message().topic)) {
      counters.count(Counter.WILLS_REFUSED);
      throw new PacketRefused(
          Reason.NOT_AUTHORIZED,
          "'rights' do not let it publish its will to '" + will.message().topic + "'");
    }
    boolean isOthers = server.sessions().isOthers(name, who);
    server.sessions().takeOver(name, connection);
    Sessions.Opening opening =
        server
            .sessions()
            .open(name, who, connect.cleanStart() || isOthers, expiry, server.clock().nowNanos());
    Session opened = opening.session();
    opened.conversation = this;
    opened.will = null;
    session = opened;
    publishes = new Publishes(server, this, answers, opened, version, clientId);
    Sender toClient = new Sender(server, answers, opened, connect);
    sender = toClient;
    subscribing = new Subscribing(server, this, answers, opened, toClient, version);
    byte[] connack =
        Welcome.build(
            settings, connect, opening.present(), expiry, keepAlive, assigned ? name : "");
    if (connack.length > connect.maximumPacketBytes()) {
      throw new PacketRefused(
          Reason.PACKET_TOO_LARGE, "a maximum packet size that no CONNACK fits");
    }
    state = State.OPENING;
    StateChange willChange =
        server.wills().connected(name, opening.present(), will, server.clock().nowNanos());
    List<StateChange> more = willChange == null ? List.of() : List.of(willChange);
    server.narrow(opened, rights);
    Runnable then =
        () -> {
          state = State.OPEN;
          opened.will = will;
          toClient.begin();
        };
    if (opening.change() == null && more.isEmpty()) {
      answers.add(Ack.now(opened, PacketType.CONNACK, connack, then));
    } else {
      Ack ack = Ack.whenDurable(opened, PacketType.CONNACK, connack, then);
      answers.add(ack);
      answers.step(() -> server.sessions().record(opening, more, ack));
    }
  }

  private void checkAllowed(Connect connect) throws PacketRefused {
    if (connect.authenticationMethod()) {
      throw new PacketRefused(
          Reason.BAD_AUTHENTICATION_METHOD, "enhanced authentication is not supported");
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

  private void disconnect(Fields fields) throws PacketRefused {
    Properties properties = server.properties();
    properties.none();
    int reason = 0;
    if (version == 5 && fields.remaining() > 0) {
      reason = fields.u8();
      if (fields.remaining() > 0) {
        properties.read(fields, Properties.Holder.DISCONNECT);
      }
    }
    fields.finish();
    if (properties.has(Properties.SESSION_EXPIRY)) {
      long asked = properties.number(Properties.SESSION_EXPIRY, 0);
      if (opened(session).expirySeconds == 0 && asked > 0) {
        throw PacketRefused.protocolError("a session that was to end now is to be kept");
      }
      long most = settings.sessionExpiryMax().toSeconds();
      server.sessions().changeExpiry(opened(session), Math.min(asked, most));
    }
    if (reason == Reason.SUCCESS.code) {
      opened(session).will = null;
      server.wills().dismissed(client);
    }
    connection.close();
  }

  /// Tries again what the journal had no room for.
  void retryHeld() {
    answers.retry();
  }

  /// The journal has no room for something; this client has its turn when there is some.
  void starved() {
    connection.starved();
  }

  /// Writes the answers that are due, from the oldest to the first that still waits.
  void drain() {
    Ack ack = answers.pollDue();
    while (ack != null) {
      answer(ack);
      ack = answers.pollDue();
    }
  }

  private void answer(Ack ack) {
    Refused refused = ack.refusal();
    if (refused != null) {
      counters.count(Counter.of(refused));
      if (cannotAnswer(refused)) {
        boolean unavailable = isGreeting() && refused == Refused.FAILED;
        Reason reason = unavailable ? Reason.SERVER_UNAVAILABLE : Reason.of(refused);
        connection.refuse(reason, "could not be written to disk: " + refused);
        return;
      }
    }
    Output output = server.output();
    if (ack.packet.length > 0) {
      output.raw(ack.packet);
    } else if (ack.type == PacketType.PUBREL) {
      output.acknowledge(ack.type, ack.packetId, ack.reason, version);
    } else {
      Reason reason = publishes().answer(ack);
      if (reason != null) {
        output.acknowledge(ack.type, ack.packetId, reason, version);
      }
    }
    ack.then.run();
  }

  /// Builds packets of what the client is to be sent, about so many bytes.
  ///
  /// @return whether there was anything
  boolean send(int bytes) {
    return state == State.OPEN && opened(sender).send(server.output(), bytes);
  }

  /// Whether the only honest answer is none, so that the client keeps its publish and sends it again.
  private boolean cannotAnswer(Refused refused) {
    return switch (refused) {
      case FAILED, SHUTDOWN -> true;
      case TOO_LARGE -> version == 4;
      case QUOTA -> false;
    };
  }

  /// Ends the conversation: what it still owed is not answered, and its session is without a connection.
  void close() {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.OPENING) {
      server.wills().dismissed(client); // it never heard that its will was taken
    }
    state = State.CLOSED;
    releaseHeld();
    answers.discard();
    if (publishes != null) {
      publishes.close();
    }
    if (session != null && session.conversation == this) {
      server.disconnected(session);
    }
  }

  private Publishes publishes() {
    return opened(publishes);
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("a packet before CONNECT");
    }
    return part;
  }
}
