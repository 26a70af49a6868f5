package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The sessions of all clients, those that are away among them. Event loop only.
final class Sessions {
  private final MqttSettings settings;
  private final Emitter emitter;
  private final String stateClass;
  private final Leftovers leftovers;
  private final Counters counters;

  /// Told of each session that is gone.
  private final Consumer<Session> ended;

  /// Sessions with an ack that was completed; filled by the journals' threads.
  private final Queue<Session> completions = new ConcurrentLinkedQueue<>();

  private final RandomGenerator random = new SplittableRandom();
  private final Map<String, Session> byClient = new HashMap<>();

  /// How many of the sessions outlive their connections.
  private int durableCount;

  /// What a CONNECT leads to.
  ///
  /// @param present whether the client's session was there
  /// @param change what must be on disk before the client hears so; null when there is nothing to change
  record Opening(Session session, boolean present, @Nullable StateChange change) {}

  Sessions(
      MqttSettings settings,
      Emitter emitter,
      String stateClass,
      Leftovers leftovers,
      Counters counters,
      Consumer<Session> ended) {
    this.settings = settings;
    this.emitter = emitter;
    this.stateClass = stateClass;
    this.leftovers = leftovers;
    this.counters = counters;
    this.ended = ended;
  }

  /// Takes up the sessions that were on disk. How long their clients have been away is not known, so they begin to expire now.
  ///
  /// @return them by their generations
  Map<Long, Session> restore(List<StateEntry> entries, long nowNanos) {
    Map<Long, Session> byGeneration = new HashMap<>();
    for (StateEntry entry : entries) {
      SessionState.Found found = SessionState.session(entry);
      if (found != null) {
        long expirySeconds =
            Math.min(found.expirySeconds(), settings.sessionExpiryMax().toSeconds());
        Session session =
            new Session(
                found.clientId(),
                found.generation(),
                true,
                expirySeconds,
                settings.outbox(),
                completions);
        session.owner = found.user() == null ? null : new Session.Owner(found.user());
        session.recorded = true;
        session.current = true;
        session.expiresAtNanos = expiry(session, nowNanos);
        put(session);
        byGeneration.put(session.generation, session);
      }
    }
    for (StateEntry entry : entries) {
      SessionState.FoundReceived found = SessionState.received(entry);
      if (found == null) {
        continue;
      }
      Session session = byGeneration.get(found.generation());
      if (session == null) {
        leftovers.remove(entry.className(), entry.key());
      } else {
        Ack given = Ack.now(session, PacketType.PUBREC, found.packetId(), Reason.SUCCESS);
        session.receive(new Received(found.packetId(), entry.className(), true, given));
      }
    }
    return byGeneration;
  }

  /// A client identifier for a client that brings none (MQTT 5, section 3.1.3.1).
  String assignClientId() {
    return "assigned-" + HexFormat.of().toHexDigits(random.nextLong());
  }

  /// Whether a client's session is another's, as far as is known; after a restart too. Nobody gets what another was sent, or cuts it off, by saying
  /// its client identifier.
  ///
  /// @throws PacketRefused when that other is here
  boolean isOthers(String clientId, Identity who) throws PacketRefused {
    Session found = byClient.get(clientId);
    Session.Owner owner = found == null ? null : found.owner;
    if (owner == null || Objects.equals(owner.user(), who.name())) {
      return false;
    }
    counters.count(Counter.OTHER_USERS_CLIENT);
    if (conversationOf(clientId) != null) {
      throw new PacketRefused(
          Reason.NOT_AUTHORIZED, "the client identifier is in use by another user");
    }
    return true;
  }

  /// Ends the connection that a client of that name has, before its next one begins (MQTT 3.1.1 and 5, section 3.1.4).
  ///
  /// Which is the next one, the order of accepting says, and not that of the CONNECTs: a client that gave up waiting and
  /// dialled again has left a CONNECT on the way, and the network may bring that one last. The standard orders nothing
  /// between two connections, so the late one fares as if its CONNECT had come in its turn: the later dial has it replaced.
  ///
  /// @throws PacketRefused when the client's connection was accepted behind this one; a client that does live dials again,
  ///     and is the newest then
  void takeOver(String clientId, Connection next) throws PacketRefused {
    Conversation holder = conversationOf(clientId);
    if (holder == null) {
      return;
    }
    if (holder.connection().isNewerThan(next)) {
      counters.count(Counter.OVERTAKEN);
      throw new PacketRefused(
          Reason.SERVER_UNAVAILABLE, "the client has a connection that was opened after this one");
    }
    counters.count(Counter.TAKEN_OVER);
    holder.connection().refuse(Reason.SESSION_TAKEN_OVER, "the client connected again");
  }

  /// Finds or makes the session of a client that connects. Whoever had it before is no longer its conversation.
  ///
  /// @param who the client is, and nobody {@link #isOthers other}
  /// @param expirySeconds already bounded
  Opening open(String clientId, Identity who, boolean cleanStart, long expirySeconds, long nowNanos)
      throws PacketRefused {
    Session.Owner owner = new Session.Owner(who.name());
    Session found = byClient.get(clientId);
    if (found != null && !cleanStart && isAlive(found, nowNanos)) {
      boolean isOwnerNew = found.owner == null && owner.user() != null;
      found.owner = owner;
      found.current &= !isOwnerNew;
      boolean change = !found.current || expirySeconds != found.expirySeconds;
      found.expirySeconds = expirySeconds;
      return new Opening(found, true, change ? entryOf(found) : null);
    }
    boolean durable = expirySeconds > 0;
    boolean recorded = found != null && found.recorded;
    if (durable && (found == null || !found.durable) && durableCount >= settings.maxSessions()) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED,
          "more than " + settings.maxSessions() + " sessions (max-sessions)");
    }
    if (durable && !emitter.mayKeepMore(stateClass)) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED, "no room for a session: the state on disk is full");
    }
    if (found != null) {
      leave(found);
    }
    Session session =
        new Session(clientId, generation(), durable, expirySeconds, settings.outbox(), completions);
    session.owner = owner;
    session.recorded = recorded;
    put(session);
    if (durable) {
      return new Opening(session, false, entryOf(session));
    }
    StateChange removal = new StateChange(SessionState.sessionKey(clientId), null);
    return new Opening(session, false, recorded ? removal : null);
  }

  private long generation() {
    long generation = random.nextLong();
    return generation == BrokerState.NONE ? 1 : generation;
  }

  /// Hands over what must be on disk before a client hears that its session is open.
  ///
  /// @param more that belongs to it
  /// @return false when there is no room yet
  boolean record(Opening opening, List<StateChange> more, Completion completion) {
    List<StateChange> changes = new ArrayList<>(more);
    StateChange change = opening.change();
    if (change != null) {
      changes.add(change);
    }
    boolean taken = emitter.changeState(stateClass, changes, completion);
    if (taken && change != null) {
      opening.session().recorded = change.value() != null;
      opening.session().current = change.value() != null;
    }
    return taken;
  }

  /// Sends the answers that the journals have completed.
  void resumeCompleted() {
    for (Session session = completions.poll(); session != null; session = completions.poll()) {
      session.looking();
      Conversation conversation = session.conversation;
      if (conversation != null) {
        conversation.connection().resume();
      }
    }
  }

  /// The session's connection is gone.
  void disconnected(Session session, long nowNanos) {
    session.conversation = null;
    session.expiresAtNanos = expiry(session, nowNanos);
    session.outbox.disconnected();
    if (session.expirySeconds == 0) {
      end(session);
    }
  }

  /// A client changed, with its DISCONNECT, how long its session lasts.
  void changeExpiry(Session session, long expirySeconds) {
    session.expirySeconds = expirySeconds;
    if (expirySeconds > 0) {
      StateChange entry = entryOf(session);
      boolean taken = emitter.changeState(stateClass, List.of(entry), Completion.NONE);
      session.recorded |= taken;
      session.current |= taken;
    }
  }

  /// Ends what has expired.
  void sweep(long nowNanos) {
    List<Session> ended = new ArrayList<>();
    for (Session session : byClient.values()) {
      if (session.conversation == null && nowNanos - session.expiresAtNanos >= 0) {
        ended.add(session);
      }
    }
    ended.forEach(this::end);
  }

  int count() {
    return byClient.size();
  }

  /// How many of them have no connection.
  long away() {
    return byClient.values().stream().filter(each -> each.conversation == null).count();
  }

  private @Nullable Conversation conversationOf(String clientId) {
    Session found = byClient.get(clientId);
    return found == null ? null : found.conversation;
  }

  private boolean isAlive(Session session, long nowNanos) {
    boolean expired = session.conversation == null && nowNanos - session.expiresAtNanos >= 0;
    return session.durable && session.expirySeconds > 0 && !expired;
  }

  /// Forgets a session, or leaves it to the next sweep when the journal has no room for the word of it.
  private void end(Session session) {
    String key = SessionState.sessionKey(session.clientId);
    List<StateChange> removal = List.of(StateChange.remove(key));
    if (session.recorded && !emitter.changeState(stateClass, removal, Completion.NONE)) {
      return;
    }
    byClient.remove(session.clientId);
    durableCount -= session.durable ? 1 : 0;
    leave(session);
  }

  private void put(Session session) {
    Session replaced = byClient.put(session.clientId, session);
    durableCount += session.durable ? 1 : 0;
    durableCount -= replaced != null && replaced.durable ? 1 : 0;
  }

  private void leave(Session session) {
    for (Received received : session.allReceived()) {
      if (received.recorded) {
        String key = SessionState.receivedKey(session.generation, received.packetId);
        leftovers.remove(received.className, key);
      }
    }
    ended.accept(session);
  }

  private static StateChange entryOf(Session session) {
    String user = session.owner == null ? null : session.owner.user();
    return new StateChange(
        SessionState.sessionKey(session.clientId),
        SessionState.sessionValue(session.generation, session.expirySeconds, user));
  }

  private static long expiry(Session session, long nowNanos) {
    return nowNanos + session.expirySeconds * 1_000_000_000L;
  }
}
