package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The identifiers of QoS 2 that one broker has in use, and what the disk knows of them (MQTT 5, section 4.3.3). The bridge's thread
/// only.
///
/// ```
///  PUBLISH ──▶ on its way ──on disk with its reading──▶ durable ──PUBREC, PUBREL──▶ releasing ──forgotten on disk──▶ PUBCOMP
///                                                          ▲                            │
///                                                          └──── PUBLISH once more ◀────┘  recorded anew, not logged
/// ```
///
/// What the broker releases is forgotten with one change of state, as many as came since the journals took the last one.
final class Identifiers {
  private final long stateSession;

  /// Whether the broker's session outlives a connection, so that its identifiers are recorded.
  private final boolean keepsSession;

  private final Counts<Counter> counts;
  private final Queue<Runnable> events;
  private final BiConsumer<ReceivingLine, String> fail;
  private final Map<Integer, Received> received = new HashMap<>();
  private final Completed completedLately;
  private final int receiveMaximum;

  /// Of the connection that is there.
  private Pace pace;

  /// Changes of state that the journals have not taken yet; they go before any reading.
  private final Deque<Change> changes = new ArrayDeque<>();

  /// What the broker has released and is no change yet, by class.
  private final Map<String, List<Release>> releases = new LinkedHashMap<>();

  /// What was let go and has no PUBCOMP yet: they leave in this order, though one journal may be faster than another.
  private final Deque<Release> completing = new ArrayDeque<>();

  /// Counted from 0.
  private int session;

  /// The disk knows identifiers of a session that the broker has not any more.
  private boolean mustForget;

  private record Change(String className, List<StateChange> changes, Completion completion) {}

  /// @param events runs what it is given on the bridge's thread; any thread adds to it
  /// @param fail ends a connection, with the reason
  Identifiers(
      BridgeSettings settings,
      Counts<Counter> counts,
      Queue<Runnable> events,
      BiConsumer<ReceivingLine, String> fail) {
    ConnectionPlan plan = settings.plan();
    this.stateSession = ReceivedState.session(plan.address().toString(), plan.clientId());
    this.keepsSession = settings.keepsSession();
    this.completedLately = new Completed(plan);
    this.receiveMaximum = plan.receiveMaximum();
    this.pace = new Pace(receiveMaximum);
    this.counts = counts;
    this.events = events;
    this.fail = fail;
  }

  // ---- sessions

  /// Takes what the disk knows of the session; what it knows of others is forgotten.
  void restore(List<StateEntry> entries) {
    Map<String, List<StateChange>> leftovers = new LinkedHashMap<>();
    for (StateEntry entry : entries) {
      Received found = ReceivedState.found(entry, stateSession);
      boolean isOurs =
          found != null && keepsSession && received.putIfAbsent(found.packetId, found) == null;
      if (!isOurs) {
        leftovers
            .computeIfAbsent(entry.className(), key -> new ArrayList<>())
            .add(StateChange.remove(entry.key()));
      }
    }
    leftovers.forEach((className, removals) -> change(className, removals, Completion.NONE));
  }

  /// Which session a connection that begins now belongs to, unless the broker has another.
  int session() {
    return session;
  }

  /// The broker has no session of ours: its identifiers begin anew, so none that is known means anything.
  ///
  /// @return whether any were in use
  boolean beginAnew(ReceivingLine at) {
    session++;
    at.session = session;
    completedLately.forget();
    mustForget = true;
    return !received.isEmpty();
  }

  /// Does something once the disk knows nothing of a session that is gone: until then no identifier may come. Now, when there is
  /// nothing to forget.
  void onceForgotten(ReceivingLine at, Runnable then) {
    if (!mustForget) {
      then.run();
      return;
    }
    Map<String, List<StateChange>> removals = new LinkedHashMap<>();
    for (Received each : received.values()) {
      if (each.isRecorded()) {
        removals
            .computeIfAbsent(each.className, key -> new ArrayList<>())
            .add(StateChange.remove(key(each)));
      }
    }
    Deque<Change> parts = new ArrayDeque<>();
    Completion gone =
        whenChanged(
            at,
            () -> {
              parts.remove();
              if (parts.isEmpty()) {
                forgotten(at, then);
              }
            });
    removals.forEach((className, all) -> {
      for (int from = 0; from < all.size(); from += Bounds.FORGET_AT_ONCE) {
        int to = Math.min(from + Bounds.FORGET_AT_ONCE, all.size());
        parts.add(new Change(className, List.copyOf(all.subList(from, to)), gone));
      }
    });
    gatherReleases();
    changes.addAll(parts);
    if (parts.isEmpty()) {
      forgotten(at, then);
    }
  }

  private void forgotten(ReceivingLine at, Runnable then) {
    if (!at.isOver()) { // else the next connection asks for it once more
      received.clear();
      mustForget = false;
      then.run();
    }
  }

  /// A connection has ended, and where the broker does not keep it, the session. What it has released and is no change yet, it releases
  /// again.
  void connectionEnded() {
    releases.clear();
    completing.clear();
    received.values().forEach(each -> each.release = null);
    pace = new Pace(receiveMaximum);
    if (!keepsSession) {
      received.clear();
      completedLately.forget();
      session++;
    }
  }

  // ---- messages

  /// What a message would be known as; null when it has no identifier of QoS 2, or one of a session that is gone: the broker
  /// does not send that one again.
  @Nullable Received number(Inbox.Held held, String className) {
    Arrival arrival = held.arrival;
    if (arrival.qos() != 2 || arrival.packetId() == 0 || held.line.session != session) {
      return null;
    }
    long digest = ReceivedState.digest(arrival.topic(), arrival.payload());
    return new Received(arrival.packetId(), digest, keepsSession ? className : "", false);
  }

  /// What a message repeats; null when it is new. A broker may send again even what it has released: that is not logged
  /// again, and the disk is to know the identifier once more.
  @Nullable Received repeated(Inbox.Held held, Received number) {
    Received known = received.get(number.packetId);
    boolean isKnown = known != null && known.isSameAs(held.arrival, number.digest);
    if (known != null && isKnown && !known.releasing) {
      came(held, known);
      return known;
    }
    if (!isKnown && !completedLately.isRepeat(held.arrival, number.digest)) {
      return null;
    }
    put(held, number);
    if (number.isRecorded()) {
      record(held.line, number, number::becomeDurable);
    } else {
      number.becomeDurable();
    }
    return number;
  }

  /// What the disk is to know together with the reading.
  List<StateChange> recordOf(@Nullable Received number) {
    return number != null && number.isRecorded() ? List.of(recordOfSure(number)) : List.of();
  }

  private StateChange recordOfSure(Received number) {
    return new StateChange(key(number), ReceivedState.value(number.digest));
  }

  /// Lets the disk know an identifier without a reading.
  void record(ReceivingLine at, Received number, Runnable then) {
    change(number.className, List.of(recordOfSure(number)), whenChanged(at, then));
  }

  /// A message that repeats none is on its way to the disk.
  void begun(Inbox.Held held, @Nullable Received number) {
    Arrival arrival = held.arrival;
    if (arrival.packetId() != 0 && !arrival.duplicate() && held.line.session == session) {
      completedLately.begun(arrival.packetId());
    }
    if (number == null) {
      return;
    }
    if (completedLately.resembles(arrival, number.digest)) {
      counts.count(Counter.IN_DOUBT_QOS_2);
      counts.example(
          "'"
              + arrival.topic()
              + "': logged, though it may be identifier "
              + arrival.packetId()
              + " again, which was complete");
    }
    Received known = put(held, number);
    if (known == null) {
      return;
    }
    if (!known.releasing) {
      counts.count(Counter.IDENTIFIERS_REUSED);
      number.elders = known.elders + 1;
    }
    if (known.isRecorded() && !known.className.equals(number.className)) {
      change(known.className, List.of(StateChange.remove(key(known))), Completion.NONE);
    }
  }

  /// The journal did not keep its reading; the broker sends it again.
  void dropped(Received number) {
    remove(number);
  }

  /// @return which had the identifier before
  private @Nullable Received put(Inbox.Held held, Received number) {
    Received known = received.put(number.packetId, number);
    if (known != null) {
      pace.ended(known);
      Release release = known.release;
      if (release != null) {
        known.release = null;
        known.releasing = true;
        number.onceDurable(release.complete());
      }
    }
    came(held, number);
    return known;
  }

  private void came(Inbox.Held held, Received number) {
    if (!held.line.isOver()) { // else the broker sends it again, in its order
      pace.came(number);
    }
  }

  private boolean remove(Received number) {
    boolean isThere = received.remove(number.packetId, number);
    if (isThere) {
      pace.ended(number);
    }
    return isThere;
  }

  // ---- releases

  /// PUBREL has come.
  ///
  /// @param complete sends PUBCOMP
  void released(ReceivingLine at, int packetId, Runnable complete) {
    counts.count(Counter.RELEASED_QOS_2);
    Received known = received.get(packetId);
    if (known == null) {
      complete.run();
      return;
    }
    if (!known.durable && known.elders == 0) {
      fail.accept(at, "PUBREL before its PUBREC, identifier " + packetId);
      return;
    }
    if (!known.durable) {
      // Of an elder, whose entry on disk the group of this one replaces.
      known.elders--;
      known.onceDurable(complete);
      return;
    }
    Release earlier = known.release;
    if (earlier != null) { // sent twice over one connection, which the standard forbids
      known.release = earlier.and(complete);
    } else if (pace.hasLetGo(known)) {
      completing.add(new Release(known, at, complete));
    } else {
      known.release = new Release(known, at, complete);
      pace.released(known);
    }
  }

  /// Lets go what was released, at its pace.
  ///
  /// @return how many
  int letGo(long nowNanos) {
    int done = 0;
    for (Received next = pace.next(nowNanos); next != null; next = pace.next(nowNanos)) {
      Release release = next.release;
      if (release != null) { // else another message has taken its identifier
        next.release = null;
        letGo(release);
        done++;
      }
    }
    return done;
  }

  private void letGo(Release release) {
    Received released = release.released();
    completing.add(release);
    if (released.isRecorded()) {
      released.releasing = true;
      releases.computeIfAbsent(released.className, key -> new ArrayList<>()).add(release);
    } else {
      complete();
    }
  }

  /// Sends PUBCOMP for all that the disk knows no more, up to the first that it does know.
  private void complete() {
    for (Release head = completing.peek();
        head != null && !head.released().isRecorded();
        head = completing.peek()) {
      complete(completing.remove());
    }
  }

  private void complete(Release release) {
    Received released = release.released();
    if (remove(released)) {
      completedLately.completed(released);
    }
    release.complete().run();
  }

  private void gatherReleases() {
    releases.forEach((className, all) -> {
      for (int from = 0; from < all.size(); from += Bounds.FORGET_AT_ONCE) {
        int to = Math.min(from + Bounds.FORGET_AT_ONCE, all.size());
        List<Release> part = List.copyOf(all.subList(from, to));
        List<StateChange> removals =
            part.stream().map(each -> StateChange.remove(key(each.released()))).toList();
        changes.add(new Change(className, removals, whenForgotten(part)));
      }
    });
    releases.clear();
  }

  private Completion whenForgotten(List<Release> part) {
    return new Completion() {
      @Override
      public void durable(long offset) {
        events.add(() -> {
          part.forEach(each -> each.released().isForgotten = true);
          complete();
        });
      }

      @Override
      public void refused(Refused reason) {
        events.add(() -> part.forEach(each -> failed(each.at(), reason)));
      }
    };
  }

  // ---- state

  private void change(String className, List<StateChange> all, Completion completion) {
    gatherReleases(); // which came before
    changes.add(new Change(className, all, completion));
  }

  private Completion whenChanged(ReceivingLine at, Runnable then) {
    return new Completion() {
      @Override
      public void durable(long offset) {
        events.add(then);
      }

      @Override
      public void refused(Refused reason) {
        events.add(() -> failed(at, reason));
      }
    };
  }

  private void failed(ReceivingLine at, Refused reason) {
    if (!at.isOver()) {
      fail.accept(at, "the journal takes nothing: " + reason);
    }
  }

  /// Hands over what has changed, as far as the journals take it.
  ///
  /// @return how many changes they took
  int hand(Emitter emitter) {
    gatherReleases();
    int done = 0;
    for (Change next = changes.peek(); next != null; next = changes.peek()) {
      if (!emitter.changeState(next.className, next.changes, next.completion)) {
        return done;
      }
      changes.remove();
      done++;
    }
    return done;
  }

  /// Whether the journals have taken all that {@link #hand} had.
  boolean isHanded() {
    return changes.isEmpty();
  }

  private String key(Received number) {
    return ReceivedState.key(stateSession, number.packetId);
  }
}
