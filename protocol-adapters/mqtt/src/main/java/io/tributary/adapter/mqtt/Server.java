package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Readings;
import io.tributary.adapter.mqtt.mapping.Route;
import io.tributary.adapter.mqtt.mapping.Routes;
import io.tributary.adapter.mqtt.mapping.TopicNameRefused;
import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What all clients share, whatever they came by: topics, subscribers, sessions, wills, and the bounds of all of them together.
/// "Server" is MQTT's word (MQTT 5, section 1.2).
///
/// ```
///  Publishes ─route─▶ mapping ─▶ Readings ─▶ Emitter ┄┄▶ journals
///       └──────────▶ local rule ─▶ Broker ─▶ outboxes of those who subscribed
/// ```
///
/// It is made when the way to the journals is open, and finds there what an earlier life left. Event loop only, save for
/// `sessionCount` and `counts`.
final class Server {
  private final MqttSettings settings;
  private final Emitter emitter;
  private final Counters counters;
  private final LoopClock clock;
  private final String stateClass;
  private final Access access;

  private final Routes routes;
  private final LocalTopics localTopics;
  private final Sessions sessions;
  private final Leftovers leftovers;
  private final Broker broker;
  private final Wills wills;
  private final SysTopics sysTopics;

  // Shared by all connections, because one thread uses them one after the other.
  private final Framing framing = new Framing();
  private final Fields fields = new Fields();
  private final Properties properties = new Properties();
  private final Output output = new Output();
  private final Readings readings = new Readings();

  private long heldBytes;
  private volatile int sessionCount;

  private final Completion withoutAck =
      new Completion() {
        @Override
        public void durable(long offset) {}

        @Override
        public void refused(Refused reason) {
          counters.count(Counter.of(reason));
        }
      };

  /// Restores the sessions, and all that was kept for them.
  ///
  /// @param emitter the way to the journals of this outlet
  /// @param forgetSoon asks that `forget` be called before long
  Server(
      MqttSettings settings,
      Outlet outlet,
      Emitter emitter,
      Access access,
      Counters counters,
      LoopClock clock,
      Runnable forgetSoon) {
    this.settings = settings;
    this.emitter = emitter;
    this.access = access;
    this.counters = counters;
    this.clock = clock;
    this.stateClass = outlet.stateClass();
    this.routes = new Routes(settings.mappings(), outlet::classOf);
    this.localTopics = new LocalTopics(settings.local());
    this.leftovers = new Leftovers(emitter, forgetSoon);

    List<StateEntry> entries = outlet.restored();
    Retained retained = new Retained(settings.maxRetainedMessages(), settings.maxRetainedBytes());
    long lastId = entries.stream().mapToLong(BrokerState::messageId).max().orElse(0);
    this.broker = new Broker(emitter, stateClass, counters, leftovers, retained, lastId);
    this.sessions = new Sessions(settings, emitter, stateClass, leftovers, counters, broker::end);
    broker.restore(entries, sessions.restore(entries, clock.nowNanos())::get);
    this.sysTopics =
        new SysTopics(settings.sysInterval(), sessions, broker, counters, clock.nowNanos());
    this.sessionCount = sessions.count();
    this.wills = new Wills(stateClass, leftovers, this::publishWill);
    wills.restore(entries, clock.nowNanos());
  }

  // ---- topics

  /// The route of a topic name (MQTT 5, section 3.3.2.1).
  Route route(byte[] bytes, int from, int length) throws PacketRefused {
    try {
      return routes.find(bytes, from, length);
    } catch (TopicNameRefused e) {
      String text = Objects.requireNonNull(e.getMessage());
      throw switch (e.fault()) {
        case EMPTY -> PacketRefused.protocolError(text);
        case NOT_UTF8 -> PacketRefused.malformed(text);
        case WILDCARDS -> new PacketRefused(Reason.TOPIC_NAME_INVALID, text);
      };
    }
  }

  /// The rule of a topic that is not logged; null when there is none.
  LocalTopics.@Nullable Local local(Route route) {
    return localTopics.of(route.mqttTopic).orElse(null);
  }

  /// The class whose journal keeps what has to do with a topic.
  String classOf(Route route) {
    return route.mapping == null ? stateClass : route.className;
  }

  // ---- wills

  /// Checks the will that a client brings.
  Will will(Connect.Testament will) throws PacketRefused {
    if (!broker.mayKeepMore()) {
      throw new PacketRefused(
          Reason.QUOTA_EXCEEDED, "no room for a will: the state on disk is full");
    }
    Route route = route(will.topicName(), 0, will.topicName().length);
    if (route.mapping == null
        && local(route) == null
        && settings.unmapped() == MqttSettings.Unmapped.REFUSE) {
      counters.count(Counter.WILLS_REFUSED);
      throw new PacketRefused(
          Reason.TOPIC_NAME_INVALID, "no mapping takes the will's topic '" + route.mqttTopic + "'");
    }
    Message message =
        new Message(
            route.mqttTopic,
            will.payload(),
            will.qos(),
            will.retain(),
            will.properties(),
            clock.expiresAtMs(will.expirySeconds()),
            classOf(route),
            null);
    return new Will(message, will.delaySeconds());
  }

  /// As if its client had published it.
  private boolean publishWill(String clientId, Message will, StateChange removal) {
    byte[] name = will.topicName;
    Route route;
    try {
      route = route(name, 0, name.length);
    } catch (PacketRefused checkedBefore) {
      throw new IllegalStateException(checkedBefore);
    }
    Mapping mapping = route.mapping;
    boolean together = will.className.equals(stateClass);
    boolean taken;
    if (mapping == null && local(route) == null) {
      counters.count(Counter.UNMAPPED); // the configuration has changed
      taken = true;
      together = false;
    } else {
      Dispatch dispatch = broker.dispatch(will, clock.nowMs(), withoutAck);
      if (together) {
        dispatch.change(removal);
      }
      taken =
          mapping == null
              ? broker.pass(dispatch)
              : broker.emit(
                  dispatch,
                  readings.of(
                      route,
                      mapping,
                      will.payload,
                      UserProperties.NONE,
                      clientId.getBytes(StandardCharsets.UTF_8),
                      clock.nowMs(),
                      List.of()));
    }
    if (taken) {
      counters.count(Counter.WILLS_PUBLISHED);
      if (!together) {
        leftovers.remove(stateClass, removal.key());
      }
    }
    return taken;
  }

  // ---- sessions

  /// Takes from a session what its client has no right to any more. The disk forgets it at leisure: what it still knows after a
  /// crash is taken again.
  void narrow(Session session, Rights rights) {
    for (Subscription each : List.copyOf(session.subscriptions.values())) {
      if (!rights.maySubscribe(each.filter())) {
        counters.count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED);
        broker.remove(session, each.text());
        if (session.durable) {
          leftovers.remove(stateClass, BrokerState.subscriptionKey(each));
        }
      }
    }
    for (Delivery each : session.outbox.underWay()) {
      if (each.phase != Delivery.Phase.RELEASING && !rights.mayReceive(each.message.topic)) {
        counters.count(Counter.DELIVERIES_NOT_AUTHORIZED);
        broker.giveUp(session, each);
      }
    }
  }

  /// A session is without a connection.
  void disconnected(Session session) {
    Will will = session.will;
    session.will = null;
    if (will != null) {
      wills.lost(session, will, clock.nowNanos());
    }
    sessions.disconnected(session, clock.nowNanos());
  }

  // ---- time and memory

  /// Ends what has expired, and does what there was no room for.
  ///
  /// @param connections that are open
  void sweep(int connections) {
    long nowNanos = clock.nowNanos();
    sessions.sweep(nowNanos);
    sessionCount = sessions.count();
    wills.sweep(nowNanos);
    broker.sweep(clock.nowMs());
    forget();
    sysTopics.sweep(nowNanos, connections);
  }

  /// Removes from the disk what means nothing any more.
  void forget() {
    leftovers.sweep();
  }

  /// Takes the memory for bytes that a connection keeps, or gives it back.
  boolean hold(int moreBytes) {
    if (moreBytes > 0 && heldBytes + moreBytes > Bounds.HELD_BYTES) {
      return false;
    }
    heldBytes += moreBytes;
    return true;
  }

  /// What connections keep, all together.
  long heldBytes() {
    return heldBytes;
  }

  // ---- for status

  /// How many sessions there were at the last sweep.
  int sessionCount() {
    return sessionCount;
  }

  /// All that is counted.
  Map<String, Long> counts() {
    Map<String, Long> all = counters.all();
    all.put("timestampsOfArrival", readings.timestampsOfArrival());
    all.put("keysMissing", readings.keysMissing());
    return all;
  }

  // ---- its parts

  MqttSettings settings() {
    return settings;
  }

  Access access() {
    return access;
  }

  Counters counters() {
    return counters;
  }

  LoopClock clock() {
    return clock;
  }

  Framing framing() {
    return framing;
  }

  Fields fields() {
    return fields;
  }

  Properties properties() {
    return properties;
  }

  Output output() {
    return output;
  }

  Readings readings() {
    return readings;
  }

  Emitter emitter() {
    return emitter;
  }

  Sessions sessions() {
    return sessions;
  }

  Broker broker() {
    return broker;
  }

  Wills wills() {
    return wills;
  }

  /// For what is handed to the journals and nobody waits for.
  Completion withoutAck() {
    return withoutAck;
  }
}
