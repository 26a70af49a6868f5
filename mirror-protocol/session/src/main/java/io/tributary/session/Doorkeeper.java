package io.tributary.session;

import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sees to it that at most one session of an edge lives at a hub. Confined to one thread; does no I/O.
///
/// The same run of an agent that comes back takes the place of its old session at once: that one is a link which only
/// the hub believes in. Another run is either a restarted agent, whose old link is dead as well, or a clone: two
/// machines with one identity. So the old session is asked. If it answers, the newcomer is refused as a clone; if not,
/// its place is free.
///
/// Session ids are the owner's: any numbers, each used once.
public final class Doorkeeper {
  /// The clones remembered for status; the oldest is forgotten.
  public static final int CLONES_MOST = 256;

  private final SessionLimits limits;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<Long, String> edgeBySession = new LinkedHashMap<>();
  private final Map<String, Clone> clones = new LinkedHashMap<>();
  private long lastToken;

  /// A newcomer that was refused because the old session answered.
  ///
  /// @param sinceNanos when it was seen last
  public record Clone(String edgeId, UUID livingRunId, UUID refusedRunId, long sinceNanos) {}

  private record Visitor(long sessionId, UUID runId) {}

  /// An edge's place: who lives there, and who waits while the tenant is asked.
  private static final class Place {
    private Visitor tenant;
    private @Nullable Visitor newcomer;
    private long token;
    private long askedNanos;

    private Place(Visitor tenant) {
      this.tenant = tenant;
    }
  }

  public Doorkeeper(SessionLimits limits) {
    this.limits = limits;
  }

  /// A session wants in; its edge has proven its identity.
  public void knock(long sessionId, Hello hello, long nowNanos, Effects<DoorkeeperEffect> out) {
    Visitor visitor = new Visitor(sessionId, hello.runId());
    edgeBySession.put(sessionId, hello.edgeId());
    Place place = places.get(hello.edgeId());
    if (place == null) {
      places.put(hello.edgeId(), new Place(visitor));
      out.add(new DoorkeeperEffect.LetIn(sessionId));
    } else if (place.tenant.runId().equals(hello.runId())) {
      evict(place.tenant, "the edge came back over another link", out);
      place.tenant = visitor;
      out.add(new DoorkeeperEffect.LetIn(sessionId));
      turnAwayNewcomer(hello.edgeId(), place, nowNanos, out);
    } else {
      wait(hello.edgeId(), place, visitor, nowNanos, out);
    }
  }

  /// The session has answered the probe with this token.
  public void answered(long sessionId, long token, long nowNanos, Effects<DoorkeeperEffect> out) {
    String edgeId = edgeBySession.get(sessionId);
    Place place = edgeId == null ? null : places.get(edgeId);
    if (edgeId != null
        && place != null
        && place.tenant.sessionId() == sessionId
        && place.token == token) {
      turnAwayNewcomer(edgeId, place, nowNanos, out);
    }
  }

  /// The session is gone.
  public void left(long sessionId, Effects<DoorkeeperEffect> out) {
    String edgeId = edgeBySession.remove(sessionId);
    Place place = edgeId == null ? null : places.get(edgeId);
    if (edgeId == null || place == null) {
      return;
    }
    Visitor newcomer = place.newcomer;
    if (place.tenant.sessionId() == sessionId) {
      if (newcomer == null) {
        places.remove(edgeId);
      } else {
        moveIn(place, newcomer, out);
      }
    } else if (newcomer != null && newcomer.sessionId() == sessionId) {
      place.newcomer = null;
    }
  }

  /// Lets newcomers in whose predecessors did not answer. To be called a few times a second.
  public void tick(long nowNanos, Effects<DoorkeeperEffect> out) {
    for (Place place : places.values()) {
      Visitor newcomer = place.newcomer;
      if (newcomer != null && nowNanos - place.askedNanos >= answerNanos()) {
        evict(place.tenant, "it did not answer when the edge knocked again", out);
        moveIn(place, newcomer, out);
      }
    }
  }

  /// The clones that were turned away, by edge.
  public List<Clone> clones() {
    return new ArrayList<>(clones.values());
  }

  /// The session that lives at the edge's place, or -1.
  public long tenant(String edgeId) {
    Place place = places.get(edgeId);
    return place == null ? -1 : place.tenant.sessionId();
  }

  private void wait(
      String edgeId, Place place, Visitor visitor, long nowNanos, Effects<DoorkeeperEffect> out) {
    Visitor waiting = place.newcomer;
    if (waiting == null) {
      place.newcomer = visitor;
      place.token = ++lastToken;
      place.askedNanos = nowNanos;
      out.add(new DoorkeeperEffect.Probe(place.tenant.sessionId(), place.token));
    } else if (waiting.runId().equals(visitor.runId())) {
      evict(waiting, "the edge came back over another link", out);
      place.newcomer = visitor;
    } else {
      turnAway(edgeId, visitor, RefusalCode.BUSY, "another session of this edge is waiting", out);
    }
  }

  private void moveIn(Place place, Visitor newcomer, Effects<DoorkeeperEffect> out) {
    place.tenant = newcomer;
    place.newcomer = null;
    out.add(new DoorkeeperEffect.LetIn(newcomer.sessionId()));
  }

  private void turnAwayNewcomer(
      String edgeId, Place place, long nowNanos, Effects<DoorkeeperEffect> out) {
    Visitor newcomer = place.newcomer;
    if (newcomer == null) {
      return;
    }
    place.newcomer = null;
    remember(new Clone(edgeId, place.tenant.runId(), newcomer.runId(), nowNanos));
    String text = "another living agent uses the identity of edge " + edgeId;
    turnAway(edgeId, newcomer, RefusalCode.CLONE, text, out);
  }

  private void turnAway(
      String edgeId,
      Visitor visitor,
      RefusalCode code,
      String text,
      Effects<DoorkeeperEffect> out) {
    edgeBySession.remove(visitor.sessionId(), edgeId);
    out.add(
        new DoorkeeperEffect.TurnAway(
            visitor.sessionId(), Refusal.ofSession(code, limits.cloneRetryMs(), text)));
  }

  private void evict(Visitor visitor, String why, Effects<DoorkeeperEffect> out) {
    edgeBySession.remove(visitor.sessionId());
    out.add(new DoorkeeperEffect.Evict(visitor.sessionId(), why));
  }

  private void remember(Clone clone) {
    clones.remove(clone.edgeId());
    clones.put(clone.edgeId(), clone);
    if (clones.size() > CLONES_MOST) {
      clones.remove(clones.keySet().iterator().next());
    }
  }

  private long answerNanos() {
    return TimeUnit.MILLISECONDS.toNanos(limits.answerMs());
  }
}
