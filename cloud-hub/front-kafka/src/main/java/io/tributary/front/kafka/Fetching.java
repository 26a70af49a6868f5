package io.tributary.front.kafka;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The Fetches of one client, one at a time: finds or opens the session that each belongs to, and polls. Confined to the
/// connection's event loop.
///
/// ```
/// session, epoch   what the client wants                        what it is told
/// any, -1          the session, if any, is over                 all partitions
/// any, 0           as above, and a new session                  all partitions, and the session's id, or 0
/// id,  1, 2, …     what it says changes, all else as before     what has changed
/// ```
final class Fetching {
  private final Catalog catalog;
  private final FrontCounters counters;
  private final FrontLimits limits;
  private final FetchSessions sessions;
  private @Nullable FetchPoll poll;

  Fetching(Catalog catalog, FrontCounters counters, FrontLimits limits, FetchSessions sessions) {
    this.catalog = catalog;
    this.counters = counters;
    this.limits = limits;
    this.sessions = sessions;
  }

  /// @param rights of the client
  /// @param failed is told of a bug that shows while nobody calls us; the client gets no answer then
  void start(
      Request.Fetch asked,
      Rights rights,
      EventExecutor loop,
      ByteBufAllocator allocator,
      Consumer<Answer.Fetch> reply,
      Consumer<Throwable> failed) {
    long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    FetchPlaces places;
    FetchSession session;
    boolean isFull = isFull(asked);
    if (isFull) {
      end(sessions.find(asked.sessionId(), this));
      places = new FetchPlaces();
      places.ask(asked.topics());
      session = openIfWanted(asked, places, loop, nowMs);
    } else {
      try {
        session = change(asked, nowMs);
      } catch (Refused e) {
        reply.accept(new Answer.Fetch(e.error(), 0, List.of()));
        return;
      }
      if (session == null) {
        reply.accept(new Answer.Fetch(KafkaError.NONE, 0, List.of()));
        return;
      }
      places = session.places();
    }
    FetchPoll next =
        new FetchPoll(
            catalog,
            counters,
            limits,
            rights,
            asked,
            places,
            isFull,
            session == null ? 0 : session.id(),
            loop,
            allocator,
            answer -> {
              poll = null;
              if (session == null) {
                places.close();
              }
              reply.accept(answer);
            },
            failed);
    poll = next;
    next.start();
  }

  /// What a client is told for which there is nothing now, whatever it asks for: a session stays as it is, but for what the
  /// client changes in it, and none is opened. As Kafka's clients expect it (KIP-219).
  Answer.Fetch putOff(Request.Fetch asked) {
    if (isFull(asked)) {
      end(sessions.find(asked.sessionId(), this));
      return new Answer.Fetch(KafkaError.NONE, 0, List.of());
    }
    try {
      FetchSession session = change(asked, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
      return new Answer.Fetch(KafkaError.NONE, session == null ? 0 : session.id(), List.of());
    } catch (Refused e) {
      return new Answer.Fetch(e.error(), 0, List.of());
    }
  }

  private static boolean isFull(Request.Fetch asked) {
    return asked.sessionEpoch() == FetchSession.FINAL_EPOCH
        || asked.sessionEpoch() == FetchSession.INITIAL_EPOCH;
  }

  private @Nullable FetchSession openIfWanted(
      Request.Fetch asked, FetchPlaces places, EventExecutor loop, long nowMs) {
    if (asked.sessionEpoch() != FetchSession.INITIAL_EPOCH || places.size() == 0) {
      return null;
    }
    boolean usesTopicIds = asked.topics().getFirst().topic().name() == null;
    FetchSession session = sessions.open(this, places, usesTopicIds, loop, nowMs);
    if (session != null) {
      places.watch();
    }
    return session;
  }

  /// Takes over what a Fetch changes in its session.
  ///
  /// @return null: nothing is left to fetch, and the session is over
  private @Nullable FetchSession change(Request.Fetch asked, long nowMs) throws Refused {
    FetchSession session = sessions.find(asked.sessionId(), this);
    if (session == null) {
      throw new Refused(
          KafkaError.FETCH_SESSION_ID_NOT_FOUND, "no fetch session " + asked.sessionId());
    }
    if (asked.sessionEpoch() != session.epoch()) {
      throw new Refused(
          KafkaError.INVALID_FETCH_SESSION_EPOCH,
          "the fetch session is at epoch " + session.epoch() + ", not " + asked.sessionEpoch());
    }
    if (!session.agreesWith(asked)) {
      throw new Refused(
          KafkaError.FETCH_SESSION_TOPIC_ID_ERROR,
          "a fetch session names its topics by name, or by id, but not by both");
    }
    session.change(asked);
    session.advance(nowMs);
    if (session.places().size() == 0) {
      end(session);
      return null;
    }
    if (!sessions.resize(session)) {
      end(session);
      throw new Refused(
          KafkaError.FETCH_SESSION_ID_NOT_FOUND, "the fetch session has grown too large");
    }
    return session;
  }

  private void end(@Nullable FetchSession session) {
    if (session != null) {
      sessions.end(session);
      session.places().close();
    }
  }

  /// The client is gone: nothing is answered, and nothing remembered.
  void close() {
    FetchPoll waits = poll;
    poll = null;
    if (waits != null) {
      waits.cancel();
    }
    sessions.endAllOf(this).forEach(session -> session.places().close());
  }
}
