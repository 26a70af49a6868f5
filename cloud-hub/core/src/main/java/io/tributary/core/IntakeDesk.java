package io.tributary.core;

import io.tributary.session.BatchCheck;
import io.tributary.session.Doorkeeper;
import io.tributary.session.DoorkeeperEffect;
import io.tributary.session.Effects;
import io.tributary.session.IntakeConfig;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Want;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.Subscription;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Where the edges of a hub come in: decides who may, sees to it that an edge has one session at a
/// time, and knows everyone. Safe for many threads; holds its lock only for look-ups.
public final class IntakeDesk {
  private final Store store;
  private final TopicRules rules;
  private final IntakeConfig config;
  private final DeskLimits limits;
  private final InstantSource clock;
  private final LongSupplier nanos;

  // All of the following is guarded by this.
  private final Doorkeeper doorkeeper;
  private final EdgeRegistry edges;

  /// Changed under the lock, read for the health without it.
  private final Map<Long, HubSession> sessions = new ConcurrentHashMap<>();

  private final Map<Long, Hello> visitors = new HashMap<>();
  private final Map<RefusalCode, Long> refusals = new EnumMap<>(RefusalCode.class);
  private final ArrayDeque<HubStatus.Notice> notices = new ArrayDeque<>();
  private final Subscription deletions;
  private final Effects<DoorkeeperEffect> effects = new Effects<>();
  private Supplier supplier = (session, want, streamId) -> session.supplyLater(want);
  private long lastSessionId;
  private boolean closed;

  /// @param clock the wall clock, for status
  /// @param nanos the monotonic clock, for heartbeats
  public IntakeDesk(
      Store store,
      TopicRules rules,
      IntakeConfig config,
      DeskLimits limits,
      InstantSource clock,
      LongSupplier nanos) {
    this.store = store;
    this.rules = rules;
    this.config = config;
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
    this.doorkeeper = new Doorkeeper(config.limits());
    this.edges = new EdgeRegistry(limits.edges());
    this.deletions = store.subscribeDeletions(this::topicDeleted);
  }

  /// Who reads what edges want of this hub's logs. Until it is named, the answer is that there is nothing.
  interface Supplier {
    void supply(HubSession session, Want want, long streamId);
  }

  synchronized void suppliedBy(Supplier named) {
    supplier = named;
  }

  void supply(HubSession session, Want want, long streamId) {
    Supplier named;
    synchronized (this) {
      named = supplier;
    }
    named.supply(session, want, streamId);
  }

  /// The living session of an edge, or null.
  synchronized @Nullable HubSession session(String edgeId) {
    return edges.session(edgeId);
  }

  /// A link is up. The session belongs to the link's thread from now on.
  ///
  /// @param check shared by the sessions of that thread
  public HubSession connect(Wire wire, BatchCheck check) {
    long sessionId;
    synchronized (this) {
      sessionId = ++lastSessionId;
    }
    HubSession session = new HubSession(sessionId, this, store, wire, config, check);
    synchronized (this) {
      if (closed) {
        session.turnAway(refusal(RefusalCode.BUSY, "the hub is stopping"));
      } else if (sessions.size() >= limits.sessions()) {
        session.turnAway(
            refusal(RefusalCode.BUSY, "the hub has " + limits.sessions() + " sessions already"));
      } else {
        sessions.put(sessionId, session);
      }
    }
    return session;
  }

  /// To be called a few times a second, on any thread.
  public synchronized void tick() {
    doorkeeper.tick(nanos.getAsLong(), effects);
    perform();
  }

  public HubStatus status() {
    List<Doorkeeper.Clone> clones;
    Map<RefusalCode, Long> counted;
    List<HubStatus.Notice> kept;
    List<EdgeStatus> known;
    int open;
    var streams = store.streams();
    synchronized (this) {
      clones = doorkeeper.clones();
      counted = Map.copyOf(refusals);
      kept = List.copyOf(notices);
      known = edges.status(streams);
      open = sessions.size();
    }
    return new HubStatus(known, open, counted, clones, kept, store.status());
  }

  /// An intake that waits for the store and gets no answer; null if there is none. Takes no lock, since
  /// whoever stands still may hold it. Any thread.
  public @Nullable String standstill(long nowNanos) {
    for (HubSession session : sessions.values()) {
      String stands = session.standstill(nowNanos);
      if (stands != null) {
        return stands;
      }
    }
    return null;
  }

  /// Says farewell to everyone; nobody comes in afterwards.
  public void shutdown(String why) {
    List<HubSession> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(sessions.values());
    }
    all.forEach(session -> session.shutdown(why));
    deletions.close();
  }

  /// Tells every edge that mirrors it. Called by the store's thread, so it takes no lock that somebody may hold while he
  /// waits for the store.
  private void topicDeleted(TopicStatus topic) {
    sessions.values().forEach(session -> session.topicDeleted(topic.name(), limits.soonRetryMs()));
  }

  /// An edge said who it is. Whoever holds a certificate of this hub's authority may come in, under
  /// the name that the certificate says; on a link without certificates, everybody.
  void admit(HubSession session, Hello hello) {
    String objection = EdgeId.objection(hello.edgeId());
    List<String> proven = session.wire().provenNames();
    if (objection != null) {
      session.turnAway(refusal(RefusalCode.IDENTITY, objection));
    } else if (proven != null && !proven.contains(hello.edgeId())) {
      session.turnAway(
          refusal(
              RefusalCode.IDENTITY,
              "the certificate is that of '"
                  + String.join("', '", proven)
                  + "', not of '"
                  + hello.edgeId()
                  + "'"));
    } else {
      synchronized (this) {
        if (sessions.containsKey(session.id())) {
          visitors.put(session.id(), hello);
          doorkeeper.knock(session.id(), hello, nanos.getAsLong(), effects);
          perform();
        }
      }
    }
  }

  synchronized void answered(HubSession session, long token) {
    doorkeeper.answered(session.id(), token, nanos.getAsLong(), effects);
    perform();
  }

  synchronized void left(HubSession session, @Nullable String edgeId, String why) {
    sessions.remove(session.id());
    visitors.remove(session.id());
    if (edgeId != null) {
      edges.disconnected(session, edgeId, why, clock.millis());
    }
    doorkeeper.left(session.id(), effects);
    perform();
  }

  synchronized void refused(RefusalCode code) {
    refusals.merge(code, 1L, Long::sum);
  }

  synchronized void notice(String text) {
    if (notices.size() == limits.notices()) {
      notices.removeFirst();
    }
    notices.add(new HubStatus.Notice(clock.millis(), text));
  }

  @Nullable TopicSpec ifMissing(String topic) {
    return rules.ifMissing(topic);
  }

  StreamRefusal refusalOf(StoreRefused why) {
    return StreamRefusal.of(why, limits);
  }

  long nowNanos() {
    return nanos.getAsLong();
  }

  private void perform() {
    for (DoorkeeperEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      switch (effect) {
        case DoorkeeperEffect.LetIn letIn -> letIn(letIn.sessionId());
        case DoorkeeperEffect.TurnAway turnAway -> {
          HubSession session = sessions.get(turnAway.sessionId());
          if (session != null) {
            session.turnAway(turnAway.refusal());
            notice("session from " + session.wire().peer() + ": " + turnAway.refusal().text());
          }
        }
        case DoorkeeperEffect.Evict evict -> {
          HubSession session = sessions.get(evict.sessionId());
          if (session != null) {
            session.evict(evict.why());
          }
        }
        case DoorkeeperEffect.Probe probe -> {
          HubSession session = sessions.get(probe.sessionId());
          if (session != null) {
            session.probe(probe.token());
          }
        }
      }
    }
  }

  private void letIn(long sessionId) {
    HubSession session = sessions.get(sessionId);
    Hello hello = visitors.get(sessionId);
    if (session != null && hello != null) {
      edges.connected(session, hello, session.wire().peer(), clock.millis());
      session.letIn();
    }
  }

  private Refusal refusal(RefusalCode code, String text) {
    return Refusal.ofSession(code, limits.soonRetryMs(), text);
  }
}
