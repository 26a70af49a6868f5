package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The fetch sessions of all clients of a front. They are bounded in number and in what they hold together; a client for
/// which there is no room fetches without one. Safe for use by many threads.
///
/// As in Kafka (KIP-227), a session that was not used for two minutes goes when room is needed, and so does one that is
/// older than that and asks for fewer partitions than the new one: the larger one gains more. A session ends with its
/// connection, for Kafka's clients begin a new one on the next.
final class FetchSessions {
  /// Kafka's `max.incremental.fetch.session.cache.slots`.
  static final int SESSIONS_MOST = 1_000;

  /// Of all sessions together, each of about 300 B: sixty consumers of a topic with 5,000 partitions.
  static final int PLACES_MOST = 300_000;

  /// Kafka's `MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS`.
  static final long EVICTABLE_MS = 120_000;

  private final int sessionsMost;
  private final int placesMost;
  private final Map<Integer, FetchSession> sessions = new HashMap<>();
  private int heldPlaces;

  FetchSessions() {
    this(SESSIONS_MOST, PLACES_MOST);
  }

  FetchSessions(int sessionsMost, int placesMost) {
    this.sessionsMost = sessionsMost;
    this.placesMost = placesMost;
  }

  /// Opens a session, in the place of a less useful one if need be.
  ///
  /// @param nowMs of a clock that never goes back
  /// @return null: there is no room
  synchronized @Nullable FetchSession open(
      Fetching owner, FetchPlaces places, boolean usesTopicIds, EventExecutor loop, long nowMs) {
    if (places.size() > placesMost) {
      return null;
    }
    while (sessions.size() >= sessionsMost || heldPlaces + places.size() > placesMost) {
      FetchSession goes = leastUseful(places.size(), nowMs);
      if (goes == null) {
        return null;
      }
      remove(goes);
      goes.evict();
    }
    int id;
    do {
      id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    } while (sessions.containsKey(id));
    FetchSession session = new FetchSession(id, owner, places, usesTopicIds, loop, nowMs);
    sessions.put(id, session);
    heldPlaces += session.size();
    return session;
  }

  private @Nullable FetchSession leastUseful(int size, long nowMs) {
    FetchSession unused =
        sessions.values().stream().min(Comparator.comparingLong(FetchSession::usedMs)).orElse(null);
    if (unused != null && nowMs - unused.usedMs() > EVICTABLE_MS) {
      return unused;
    }
    return sessions.values().stream()
        .filter(session -> nowMs - session.createdMs() > EVICTABLE_MS && session.size() < size)
        .min(Comparator.comparingInt(FetchSession::size))
        .orElse(null);
  }

  /// The session of a client, or null when it is not there, or not there any more.
  synchronized @Nullable FetchSession find(int id, Fetching owner) {
    FetchSession session = sessions.get(id);
    return session != null && session.owner() == owner ? session : null;
  }

  /// A session asks for more or fewer partitions.
  ///
  /// @return whether there is room for that; if not, it counts for as many as before
  synchronized boolean resize(FetchSession session) {
    if (sessions.get(session.id()) != session) {
      return false;
    }
    int size = session.places().size();
    int held = heldPlaces - session.size() + size;
    if (size > session.size() && held > placesMost) {
      return false;
    }
    heldPlaces = held;
    session.count(size);
    return true;
  }

  /// Ends a session; its places are the caller's to close.
  synchronized void end(FetchSession session) {
    if (sessions.get(session.id()) == session) {
      remove(session);
    }
  }

  /// Ends all sessions of a client.
  ///
  /// @return those that were there
  synchronized List<FetchSession> endAllOf(Fetching owner) {
    List<FetchSession> ended = new ArrayList<>();
    for (FetchSession session : sessions.values()) {
      if (session.owner() == owner) {
        ended.add(session);
      }
    }
    ended.forEach(this::remove);
    return ended;
  }

  private void remove(FetchSession session) {
    sessions.remove(session.id());
    heldPlaces -= session.size();
  }

  synchronized int count() {
    return sessions.size();
  }
}
