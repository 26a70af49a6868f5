package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Readings;
import io.tributary.adapter.mqtt.mapping.Route;
import io.tributary.adapter.mqtt.mapping.Routes;
import io.tributary.adapter.mqtt.mapping.TopicNameRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The client of one broker: dials, subscribes, hands what arrives to the journals, and acknowledges what they have on disk.
/// Confined to its agent's thread, but for {@link #arrived}, {@link #later} and what a status asks.
///
/// ```
///  AWAY ──dial──▶ line ──connected──▶ session there? ──no──▶ forget all identifiers ──▶ subscribe ──▶ receiving
///   ▲              │                       └──yes──────────────────────────────────▶ subscribe ──▶ receiving
///   └── backoff ◀──┴── ended, refused, too late, a reading that the journal could not keep
/// ```
///
/// One message: inbox, then emit (which may say no: it stays at the inbox's head), then the completion, then the
/// acknowledgement, when all that arrived before on this connection are acknowledged (MQTT 5, section 4.6). An identifier of
/// QoS 2 is committed with its reading and forgotten on disk before PUBCOMP.
final class Bridge implements ClientAgent {
  private final String name;
  private final BridgeSettings settings;
  private final Outlet outlet;
  private final byte[] clientId;
  private final Dialler dialler;
  private final Routes routes;
  private final Readings readings = new Readings();
  private final Inbox inbox = new Inbox();
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final Queue<Owed> completed = new ConcurrentLinkedQueue<>();
  private final Identifiers identifiers;

  private @Nullable Emitter emitter;
  private @Nullable ReceivingLine line;

  /// Whether the broker's session has all subscriptions of this configuration.
  private boolean hasSubscribed;

  private int inFlight;
  private int toldSources;
  private int toldBlocked;

  /// The journals said no; they call when there is room.
  private volatile boolean starving;

  private volatile Runnable wake = () -> {};
  private volatile boolean roomAgain;
  private volatile String summary = "not started";

  Bridge(String name, BridgeSettings settings, Outlet outlet, long seed) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    ConnectionPlan plan = settings.plan();
    this.clientId = plan.clientId().getBytes(StandardCharsets.UTF_8);
    this.dialler = new Dialler(settings.broker(), seed);
    this.identifiers =
        new Identifiers(
            settings, counts, events, (at, why) -> fail(at, why, Counter.CONNECTIONS_LOST));
    this.routes = new Routes(settings.mappings(), outlet::classOf);
  }

  @Override
  public void wire(Runnable wakeUp) {
    wake = wakeUp;
  }

  @Override
  public String name() {
    return "bridge-" + name;
  }

  @Override
  public int doWork(long nowNanos) throws IOException {
    if (emitter == null) {
      open();
    }
    if (roomAgain) {
      roomAgain = false;
      starving = false;
    }
    int done = 0;
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
      done++;
    }
    for (Owed owed = completed.poll(); owed != null; owed = completed.poll()) {
      complete(owed);
      done++;
    }
    done += acknowledge();
    done += identifiers.letGo(nowNanos);
    done += hand();
    done += acknowledge();
    tellWaiting();
    done += connect(nowNanos);
    return done;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return line == null ? dialler.untilDialNanos(nowNanos) : MAX_IDLE_NANOS;
  }

  @Override
  public void onClose() {
    ReceivingLine open = line;
    if (open != null) {
      hangUp(open);
    }
    summary = "closed";
  }

  private void open() {
    emitter = outlet.open(name, this::afterGroup);
    identifiers.restore(outlet.restored());
  }

  // ---- the clients' threads, and the journals'

  /// Takes a message in, as soon as there is room.
  boolean arrived(Inbox.Held held) {
    boolean taken = inbox.put(held);
    wake.run();
    return taken;
  }

  /// Runs something on the bridge's thread.
  void later(Runnable event) {
    events.add(event);
    wake.run();
  }

  private void completed(Owed owed) {
    completed.add(owed);
  }

  private void afterGroup() {
    roomAgain = true;
    wake.run();
  }

  // ---- the connection

  private int connect(long nowNanos) {
    ReceivingLine open = line;
    if (open != null) {
      if (open.isLate(nowNanos)) {
        fail(open, "no answer within the time", Counter.CONNECTS_FAILED);
        return 1;
      }
      return 0;
    }
    if (!dialler.mayDial(nowNanos)) {
      return 0;
    }
    ReceivingLine next = new ReceivingLine(this, identifiers.session());
    if (counts.lastError() == null) {
      summary = "dialling " + settings.plan().address();
    }
    try {
      dialler.dial(next, settings.plan(), nowNanos);
      line = next;
    } catch (IOException e) {
      counts.count(Counter.CONNECTS_FAILED);
      away(String.valueOf(e.getMessage()), nowNanos);
    }
    return 1;
  }

  void connected(ReceivingLine at, boolean sessionPresent) {
    counts.count(Counter.CONNECTED);
    at.deadlineNanos = System.nanoTime() + Bounds.SUBSCRIBE.toNanos();
    dialler.connected(System.nanoTime());
    if (!sessionPresent) {
      hasSubscribed = false;
      if (identifiers.beginAnew(at)) {
        counts.count(Counter.SESSIONS_LOST);
      }
    }
    identifiers.onceForgotten(
        at,
        () -> {
          if (hasSubscribed) {
            subscribed(at, List.of()); // asked again, the broker would send what it retains again
          } else {
            subscribe(at);
          }
        });
  }

  private void subscribe(ReceivingLine at) {
    summary = "subscribing at " + settings.plan().address();
    at.client().subscribe();
  }

  void subscribed(ReceivingLine at, List<String> refused) {
    at.deadlineNanos = 0;
    ConnectionPlan plan = settings.plan();
    counts.count(Counter.SUBSCRIPTIONS_REFUSED, refused.size());
    if (!refused.isEmpty()) {
      counts.example("the broker refused to let '" + plan.clientId() + "' subscribe to " + refused);
    }
    if (refused.size() == plan.subscriptions().size()) {
      fail(at, "the broker refused all subscriptions: " + refused, Counter.CONNECTIONS_LOST);
      return;
    }
    hasSubscribed = refused.isEmpty();
    summary =
        "receiving from "
            + plan.address()
            + " "
            + settings.broker().words()
            + ", "
            + (plan.subscriptions().size() - refused.size())
            + " of "
            + plan.subscriptions().size()
            + " subscriptions";
  }

  void ended(ReceivingLine at, String why) {
    fail(at, why, at.deadlineNanos == 0 ? Counter.CONNECTIONS_LOST : Counter.CONNECTS_FAILED);
  }

  private void fail(ReceivingLine at, String why, Counter counter) {
    counts.count(counter);
    hangUp(at);
    away(why, System.nanoTime());
  }

  private void hangUp(ReceivingLine at) {
    at.hangUp();
    inbox.wake();
    at.owed.clear();
    line = null;
    identifiers.connectionEnded();
  }

  private void away(String why, long nowNanos) {
    summary = dialler.failed(why, nowNanos);
    counts.example(summary);
  }

  void released(ReceivingLine at, int packetId, Runnable complete) {
    identifiers.released(at, packetId, complete);
  }

  // ---- messages

  /// Hands over what waits, changes first, until the journals say no.
  private int hand() {
    if (starving) {
      return 0;
    }
    int done = 0;
    while (done < Bounds.TURN_MESSAGES) {
      done += identifiers.hand(emitter());
      if (!identifiers.isHanded()) {
        starve();
        return done;
      }
      Inbox.Held held = inbox.peek();
      if (held == null) {
        return done;
      }
      if (!take(held)) {
        starve();
        return done;
      }
      inbox.remove();
      done++;
    }
    return done;
  }

  private void starve() {
    starving = true;
    counts.count(Counter.PAUSES);
    if (roomAgain) {
      wake.run();
    }
  }

  private Emitter emitter() {
    return Objects.requireNonNull(emitter, "opened in the first turn");
  }

  /// Takes one message.
  ///
  /// @return false when the journals have no room for it
  private boolean take(Inbox.Held held) {
    Arrival arrival = held.arrival;
    byte[] topic = arrival.topic().getBytes(StandardCharsets.UTF_8);
    Route route;
    try {
      route = routes.find(topic, 0, topic.length);
    } catch (TopicNameRefused e) {
      counts.count(Counter.TOPICS_REFUSED);
      counts.example("'" + arrival.topic() + "': " + e.getMessage());
      return pass(held);
    }
    Mapping mapping = route.mapping;
    if (mapping == null) {
      counts.count(Counter.UNMAPPED);
      counts.example("no mapping takes topic '" + arrival.topic() + "': acknowledged and dropped");
      return pass(held);
    }
    Received number = identifiers.number(held, route.className);
    Received same = number == null ? null : identifiers.repeated(held, number);
    if (same != null) {
      counts.count(Counter.ARRIVED_QOS_2);
      counts.count(Counter.DUPLICATES_QOS_2);
      owe(held, new Owed(arrival, same, this::completed));
      return true;
    }
    Reading reading = held.reading;
    if (reading == null) {
      reading =
          readings.of(
              route,
              mapping,
              arrival.payload(),
              arrival.properties(),
              clientId,
              System.currentTimeMillis(),
              List.of());
      held.reading = reading;
    }
    Owed owed = new Owed(arrival, number, this::completed);
    if (!emitter().emit(reading.with(identifiers.recordOf(number)), owed)) {
      return false;
    }
    inFlight++;
    counts.count(Counter.arrived(arrival.qos()));
    identifiers.begun(held, number);
    owe(held, owed);
    return true;
  }

  /// Acknowledges a message that is not logged.
  private boolean pass(Inbox.Held held) {
    counts.count(Counter.arrived(held.arrival.qos()));
    Owed owed = new Owed(held.arrival, null, this::completed);
    owed.due = true;
    owe(held, owed);
    return true;
  }

  private static void owe(Inbox.Held held, Owed owed) {
    if (owed.arrival.qos() > 0 && !held.line.isOver()) {
      held.line.owed.add(owed);
    }
  }

  private void complete(Owed owed) {
    inFlight--;
    Refused refused = owed.refusal();
    Received number = owed.received;
    if (refused == null) {
      counts.count(Counter.LOGGED);
      due(owed);
      return;
    }
    counts.count(Counter.of(refused));
    counts.example(
        "'" + owed.arrival.topic() + "', " + owed.arrival.payload().length + " B: " + refused);
    switch (refused) {
      case TOO_LARGE, QUOTA -> {
        ReceivingLine at = line;
        if (number == null || !number.isRecorded() || at == null) {
          due(owed);
          return;
        }
        // The disk must know the identifier, as it does of what is logged.
        identifiers.record(at, number, () -> due(owed));
      }
      case FAILED, SHUTDOWN -> {
        if (number != null) {
          identifiers.dropped(number);
        }
        ReceivingLine at = line;
        if (at != null && at.owes(owed)) {
          fail(at, "the journal did not keep a message: " + refused, Counter.CONNECTIONS_LOST);
        }
      }
    }
  }

  private static void due(Owed owed) {
    owed.due = true;
    if (owed.received != null) {
      owed.received.becomeDurable();
    }
  }

  private int acknowledge() {
    ReceivingLine open = line;
    if (open == null) {
      return 0;
    }
    int done = 0;
    for (Owed head = open.owed.peek(); head != null && head.isDue(); head = open.owed.peek()) {
      open.owed.remove();
      head.arrival.acknowledge().run();
      counts.count(Counter.ACKNOWLEDGED);
      done++;
    }
    return done;
  }

  private void tellWaiting() {
    ReceivingLine open = line;
    boolean isFull = open != null && open.owed.size() >= settings.plan().receiveMaximum();
    int sources = inFlight > 0 ? 1 : 0;
    int blocked = sources == 1 && isFull ? 1 : 0;
    if (sources != toldSources || blocked != toldBlocked) {
      toldSources = sources;
      toldBlocked = blocked;
      emitter().waiting(sources, blocked);
    }
  }

  // ---- status

  @Override
  public void ended(Throwable bug) {
    String why = "the thread '" + name() + "' was ended by a bug: " + bug;
    counts.example(why);
    outlet.failed(why);
    ReceivingLine open = line;
    if (open != null) {
      open.hangUp();
    }
  }

  @Override
  public String summary() {
    int waiting = inbox.size();
    return starving
        ? summary + "; " + waiting + " messages wait until a journal has room"
        : summary;
  }

  @Override
  public @Nullable String lastError() {
    return counts.lastError();
  }

  @Override
  public Map<String, Long> counters() {
    Map<String, Long> all = counts.shown();
    all.put("timestampsOfArrival", readings.timestampsOfArrival());
    all.put("keysMissing", readings.keysMissing());
    return all;
  }
}
