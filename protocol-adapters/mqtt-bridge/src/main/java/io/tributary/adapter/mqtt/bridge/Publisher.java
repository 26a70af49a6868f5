package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Found;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.record.Header;
import io.tributary.record.Record;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Publishes topics of this edge to one broker, in order, and remembers how far the broker has answered. Confined to its agent's
/// thread, but for {@link #later} and what a status asks.
///
/// ```
///  reader ─next─▶ window ─publish─▶ broker
///                   ▲                 │ PUBACK, PUBCOMP
///                   └── answered ◀────┘
///                          └─ every few seconds ─▶ state on disk
/// ```
///
/// A connection begins without a session, and with the first reading that was not answered: at QoS 1 and 2 the broker gets each
/// reading at least once. What was on its way when the connection or the edge ended goes again.
final class Publisher implements ClientAgent {
  private static final byte[] EMPTY = {};

  private final String name;
  private final PublisherSettings settings;
  private final Outlet outlet;
  private final Dialler dialler;
  private final Counts<PublisherCounter> counts = new Counts<>(PublisherCounter.class);
  private final List<Flow> flows = new ArrayList<>();
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

  private @Nullable Emitter emitter;
  private @Nullable SendingLine line;
  private long lastNumber;

  /// How many flows' positions are on their way to the disk.
  private int storing;

  private long nextStoreNanos;

  /// Why a topic could not be read in this turn; the others go on.
  private @Nullable IOException unreadable;

  /// Connections in a row that ended without one more answer.
  private int fruitless;

  private volatile Runnable wake = () -> {};
  private volatile String summary = "not started";
  private volatile long ahead;

  Publisher(String name, PublisherSettings settings, Outlet outlet, long seed) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    this.dialler = new Dialler(settings.broker(), seed);
  }

  @Override
  public void wire(Runnable wakeUp) {
    wake = wakeUp;
  }

  @Override
  public String name() {
    return "publisher-" + name;
  }

  @Override
  public int doWork(long nowNanos) throws IOException {
    if (emitter == null) {
      open(nowNanos);
    }
    int done = 0;
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
      done++;
    }
    done += connect(nowNanos);
    unreadable = null;
    done += publish(nowNanos);
    if (nowNanos - nextStoreNanos >= 0) {
      nextStoreNanos = nowNanos + settings.storeInterval().toNanos();
      store(false);
    }
    ahead = flows.stream().mapToLong(Flow::ahead).sum();
    if (unreadable != null && done == 0) {
      throw unreadable; // so that the next turn waits a little
    }
    return done;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return line == null ? dialler.untilDialNanos(nowNanos) : MAX_IDLE_NANOS;
  }

  @Override
  public void onClose() {
    SendingLine open = line;
    if (open != null) {
      hangUp(open);
    }
    if (emitter != null) {
      store(true);
    }
    flows.forEach(Flow::close);
    summary = "closed";
  }

  private void open(long nowNanos) {
    Emitter opened = outlet.open(name, () -> {});
    emitter = opened;
    nextStoreNanos = nowNanos;
    Map<String, StateEntry> restored = new HashMap<>();
    for (StateEntry entry : outlet.restored()) {
      restored.put(entry.key(), entry);
    }
    for (Publication publication : settings.publications()) {
      StateEntry entry = restored.remove(PositionState.key(publication.topic()));
      TopicPosition stored = entry == null ? null : PositionState.found(entry);
      TopicReader reader =
          outlet.read(
              publication.topic(),
              Objects.requireNonNullElse(stored, publication.start()),
              () -> wake.run());
      String className = outlet.classOf(publication.topic());
      boolean isThere = entry != null && entry.className().equals(className);
      flows.add(new Flow(publication, className, reader, isThere ? stored : null));
      if (entry != null && !isThere) {
        remove(opened, entry); // the topic has another class than before
      }
    }
    restored.values().forEach(entry -> remove(opened, entry));
  }

  private static void remove(Emitter emitter, StateEntry entry) {
    emitter.changeState(
        entry.className(), List.of(StateChange.remove(entry.key())), Completion.NONE);
  }

  /// Runs something on the publisher's thread.
  void later(Runnable event) {
    events.add(event);
    wake.run();
  }

  // ---- the connection

  private int connect(long nowNanos) {
    SendingLine open = line;
    if (open != null) {
      if (open.isLate(nowNanos)) {
        fail(open, "no answer within the time");
        return 1;
      }
      return 0;
    }
    if (!dialler.mayDial(nowNanos)) {
      return 0;
    }
    SendingLine next = new SendingLine(this);
    if (counts.lastError() == null) {
      summary = "dialling " + settings.plan().address();
    }
    try {
      dialler.dial(next, settings.plan(), nowNanos);
      line = next;
    } catch (IOException e) {
      counts.count(PublisherCounter.CONNECTS_FAILED);
      away(String.valueOf(e.getMessage()), nowNanos);
    }
    return 1;
  }

  void connected(SendingLine at, Welcome welcome) {
    counts.count(PublisherCounter.CONNECTED);
    dialler.connected(System.nanoTime());
    at.deadlineNanos = 0;
    at.welcome = welcome;
    at.isConnected = true;
    summary = "publishing to " + settings.plan().address() + " " + settings.broker().words();
  }

  void ended(SendingLine at, String why) {
    fail(at, why);
  }

  private void fail(SendingLine at, String why) {
    counts.count(
        at.isConnected ? PublisherCounter.CONNECTIONS_LOST : PublisherCounter.CONNECTS_FAILED);
    counts.count(PublisherCounter.SENT_AGAIN, at.underWay.size());
    fruitless = at.underWay.isEmpty() ? fruitless : fruitless + 1;
    hangUp(at);
    away(
        fruitless > 1
            ? why + " (" + fruitless + " times in a row without an answer to a message)"
            : why,
        System.nanoTime());
  }

  private void hangUp(SendingLine at) {
    at.hangUp();
    flows.forEach(Flow::rewind);
    line = null;
  }

  private void away(String why, long nowNanos) {
    summary = dialler.failed(why, nowNanos);
    counts.example(summary);
  }

  // ---- messages

  /// Sends what there is, of each topic in turn, as far as the window allows.
  private int publish(long nowNanos) {
    SendingLine open = line;
    if (open == null || !open.isConnected) {
      return 0;
    }
    int done = 0;
    boolean isMore = true;
    while (isMore && done < Bounds.TURN_MESSAGES) {
      isMore = false;
      for (Flow flow : flows) {
        Found found = hasRoom(open, flow) ? next(flow) : null;
        if (found != null) {
          isMore = true;
          done++;
          publish(open, flow, found);
        }
      }
    }
    if (open.deadlineNanos == 0 && !open.underWay.isEmpty()) {
      open.deadlineNanos = nowNanos + Bounds.ANSWER.toNanos();
    }
    return done;
  }

  private @Nullable Found next(Flow flow) {
    try {
      return flow.next();
    } catch (IOException e) {
      counts.example(
          "topic '%s' cannot be read: %s".formatted(flow.publication.topic(), e.getMessage()));
      unreadable = e;
      return null;
    }
  }

  private boolean hasRoom(SendingLine open, Flow flow) {
    int most = Math.min(settings.window(), open.welcome.receiveMaximum());
    return open.underWay.size() < most
        && flow.hasRoom()
        && (open.underWay.isEmpty() || open.underWayBytes < Bounds.SENDING_BYTES);
  }

  private void publish(SendingLine open, Flow flow, Found found) {
    switch (found) {
      case Found.Missing missing -> {
        counts.count(PublisherCounter.MISSING, missing.count());
        counts.example(
            "of topic '%s' %d readings before offset %d are not there any more: %s"
                .formatted(
                    flow.publication.topic(),
                    missing.count(),
                    missing.behind().offset(),
                    missing.why()));
        flow.done(flow.depart(found, 0));
      }
      case Found.Stored stored -> publish(open, flow, stored);
    }
  }

  private void publish(SendingLine open, Flow flow, Found.Stored stored) {
    Publication publication = flow.publication;
    Record reading = stored.record();
    String topic = publication.to().of(reading);
    if (topic == null) {
      passOver(flow, stored, PublisherCounter.UNADDRESSED, "makes no topic of " + publication.to());
      return;
    }
    byte[] payload = Objects.requireNonNullElse(reading.value(), EMPTY);
    List<Departure.Property> properties =
        settings.tellsOrigin() && settings.plan().version() == MqttVersion.FIVE
            ? properties(stored)
            : List.of();
    int bytes = packetBytes(topic, payload, properties);
    long most = Math.min(settings.packetBytesMost(), open.welcome.packetBytesMost());
    if (bytes > most) {
      passOver(
          flow,
          stored,
          PublisherCounter.TOO_LARGE,
          "would be a packet of " + bytes + " B, allowed are " + most);
      return;
    }
    Flow.Departed departed = flow.depart(stored, bytes);
    long number = ++lastNumber;
    open.underWay.put(number, departed);
    open.underWayBytes += bytes;
    open.client()
        .publish(
            new Departure(
                number,
                topic,
                payload,
                Math.min(publication.qos(), open.welcome.qosMost()),
                publication.retain() && open.welcome.mayRetain(),
                properties));
  }

  private void passOver(Flow flow, Found.Stored stored, PublisherCounter counter, String why) {
    counts.count(counter);
    counts.example(
        "the reading at offset %d of topic '%s' %s: it is not published"
            .formatted(stored.at().offset(), flow.publication.topic(), why));
    flow.done(flow.depart(stored, 0));
  }

  /// The reading's headers, as far as they are text, and where it is in its topic, by which a receiver tells one that came again.
  private static List<Departure.Property> properties(Found.Stored stored) {
    List<Departure.Property> all = new ArrayList<>();
    for (Header header : stored.record().headers()) {
      byte[] value = header.value();
      String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
      if (MqttText.isSound(text) && MqttText.isSound(header.key())) {
        all.add(new Departure.Property(header.key(), text));
      }
    }
    all.add(property("tributary-timestamp", stored.record().timestampMs()));
    all.add(property("tributary-stream", stored.at().stream()));
    all.add(property("tributary-offset", stored.at().offset()));
    return all;
  }

  private static Departure.Property property(String key, long value) {
    return new Departure.Property(key, Long.toString(value));
  }

  /// At most what the packet takes (MQTT 5, section 3.3): fixed header, topic, identifier, properties, payload.
  private static int packetBytes(
      String topic, byte[] payload, List<Departure.Property> properties) {
    int bytes = 5 + 2 + utf8(topic) + 2 + 5 + payload.length;
    for (Departure.Property each : properties) {
      bytes += 5 + utf8(each.name()) + utf8(each.value());
    }
    return bytes;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  void departed(SendingLine at, long number, int reason) {
    Flow.Departed departed = at.underWay.get(number);
    if (departed == null) {
      return;
    }
    if (reason >= Reasons.REFUSED) {
      counts.count(PublisherCounter.REFUSED);
      String why =
          "the broker refused a message of topic '%s': %s"
              .formatted(departed.flow.publication.topic(), Reasons.words(reason));
      if (!Reasons.isOfTheMessage(reason)) {
        // Somebody has to change something at the broker; what is not published waits here.
        fail(at, why);
        return;
      }
      counts.example(why);
    } else {
      counts.count(PublisherCounter.PUBLISHED);
    }
    at.underWay.remove(number);
    at.underWayBytes -= departed.bytes;
    at.deadlineNanos = 0; // for the next one there is a new one
    fruitless = 0;
    departed.flow.done(departed);
  }

  // ---- state

  /// Writes down how far the broker has answered, where the disk does not know it yet.
  ///
  /// @param isLast although the last time is not over
  private void store(boolean isLast) {
    if (storing > 0 && !isLast) {
      return;
    }
    Map<String, Map<Flow, TopicPosition>> byClass = new LinkedHashMap<>();
    for (Flow flow : flows) {
      TopicPosition position = flow.unstored();
      if (position != null) {
        byClass.computeIfAbsent(flow.className, any -> new LinkedHashMap<>()).put(flow, position);
      }
    }
    byClass.forEach((className, positions) -> {
      List<StateChange> changes = new ArrayList<>();
      positions.forEach((flow, position) ->
          changes.add(
              new StateChange(
                  PositionState.key(flow.publication.topic()), PositionState.value(position))));
      boolean isTaken =
          Objects.requireNonNull(emitter).changeState(className, changes, whenStored(positions));
      storing += isTaken ? 1 : 0;
    });
  }

  private Completion whenStored(Map<Flow, TopicPosition> positions) {
    return new Completion() {
      @Override
      public void durable(long offset) {
        later(() -> {
          storing--;
          counts.count(PublisherCounter.POSITIONS_STORED);
          positions.forEach(Flow::stored);
        });
      }

      @Override
      public void refused(Refused reason) {
        later(() -> storing--); // tried again, with where it is by then
      }
    };
  }

  // ---- status

  @Override
  public void ended(Throwable bug) {
    String why = "the thread '" + name() + "' was ended by a bug: " + bug;
    counts.example(why);
    outlet.failed(why);
    SendingLine open = line;
    if (open != null) {
      open.hangUp();
    }
    flows.forEach(Flow::close);
  }

  @Override
  public String summary() {
    long waiting = ahead;
    return waiting == 0 ? summary : summary + "; " + waiting + " readings are not published yet";
  }

  @Override
  public @Nullable String lastError() {
    return counts.lastError();
  }

  @Override
  public Map<String, Long> counters() {
    Map<String, Long> all = counts.shown();
    all.put("ahead", ahead);
    return all;
  }
}
