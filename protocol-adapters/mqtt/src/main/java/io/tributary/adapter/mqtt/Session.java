package io.tributary.adapter.mqtt;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What is known of one client, over its connections when it wants that: what it subscribed to and is owed, and the QoS 2
/// identifiers of its own that are not yet released.
///
/// Event loop only, save for {@link #ackCompleted}.
final class Session {
  final String clientId;

  /// Tells this session from earlier ones of the same client: identifiers on disk carry it, and those of another generation
  /// are not this session's.
  final long generation;

  /// Whether it outlives its connections, so that its identifiers go to disk.
  final boolean durable;

  /// How long it outlives its connection; 0 ends it with that.
  long expirySeconds;

  /// Whether the disk has, or may have, an entry under this client's name: of this session, or of one before it.
  boolean recorded;

  /// Whether that entry is this session's.
  boolean current;

  /// What it asked for, by the client's own words.
  final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

  final Outbox outbox;

  /// What is published when its connection ends without DISCONNECT; null without.
  @Nullable Will will;

  @Nullable Conversation conversation;

  /// Whose it is; null when it is from an earlier life of the edge and its client said no name: then it becomes that of the
  /// first who comes.
  @Nullable Owner owner;

  /// When it ends; of use only while there is no conversation.
  long expiresAtNanos;

  private final Map<Integer, Received> received = new HashMap<>();
  private final Queue<Session> completions;
  private final AtomicBoolean queued = new AtomicBoolean();

  /// @param user null: a client of this life of the edge that says no name
  record Owner(@Nullable String user) {}

  /// Makes a session.
  ///
  /// @param completions where it puts itself when an ack was completed; safe for many threads
  Session(
      String clientId,
      long generation,
      boolean durable,
      long expirySeconds,
      Outbox.OutboxLimits outboxLimits,
      Queue<Session> completions) {
    this.clientId = clientId;
    this.generation = generation;
    this.durable = durable;
    this.expirySeconds = expirySeconds;
    this.outbox = new Outbox(this, outboxLimits);
    this.completions = completions;
  }

  /// On a journal's thread: the event loop is to look at this session's acks.
  void ackCompleted() {
    if (!queued.get() && !queued.getAndSet(true)) {
      completions.add(this);
    }
  }

  /// On the event loop, before it looks: what completes from now on is told again.
  void looking() {
    queued.set(false);
  }

  /// The identifier as it is now, or null when it is free.
  @Nullable Received received(int packetId) {
    Received found = received.get(packetId);
    if (found == null || !found.ack.isCompleted() || found.ack.queuedBy != null) {
      return found;
    }
    boolean refused = found.ack.refusal() != null || found.ack.reason.isError();
    if (found.isReleasing() ? !refused : refused) {
      // It was completed after its connection was gone.
      received.remove(packetId);
      return null;
    }
    return found;
  }

  /// The identifier whose answer is just being given, whatever that says.
  @Nullable Received answering(int packetId) {
    return received.get(packetId);
  }

  void receive(Received identifier) {
    received.put(identifier.packetId, identifier);
  }

  void release(int packetId) {
    received.remove(packetId);
  }

  int receivedCount() {
    return received.size();
  }

  Iterable<Received> allReceived() {
    return received.values();
  }
}
