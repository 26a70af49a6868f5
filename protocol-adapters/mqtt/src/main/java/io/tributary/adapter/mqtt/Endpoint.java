package io.tributary.adapter.mqtt;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
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
import io.tributary.agent.Pulse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The MQTT endpoint: its listeners, one event loop, and what its conversations share.
///
/// ```
///  socket ─▶ Connection ─▶ Conversation ─emit─▶ Emitter ┄┄▶ journals
///     ▲          ▲               │ queues an Ack            │ Ack.durable: marks it
///     └──────────┴──── drain ◀── one task ◀── afterGroup ◀──┘
/// ```
///
/// Threads: everything runs on the event loop, save `start`, `close` and `status`, and what the journals call: an ack marks
/// itself and puts its session into `completions`; `afterGroup` schedules one drain, however many acks there are.
final class Endpoint implements Adapter {
  private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());

  private final String name;
  private final MqttSettings settings;
  private final Outlet outlet;
  private final Counters counters = new Counters();
  private final Pulse loopPulse = new Pulse("the event loop");
  private final SplittableRandom random = new SplittableRandom();
  private final long startedNanos = System.nanoTime();

  // Shared by all connections, because one thread uses them one after the other.
  private final Framing framing = new Framing();
  private final Fields fields = new Fields();
  private final Properties properties = new Properties();
  private final Output output = new Output();
  private final Readings readings = new Readings();
  private final Routes routes;
  private final LocalTopics localTopics;
  private final Access access;
  private final Listeners listeners;
  private final PeerAddresses peers = new PeerAddresses();

  private final Queue<Session> completions = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private final Runnable reportWaiting = this::reportWaiting;

  private final Set<Connection> connections = new LinkedHashSet<>();
  private final Deque<Connection> starved = new ArrayDeque<>();
  private int waiting;
  private int blocked;
  private boolean reportScheduled;
  private long lastNumber;
  private long heldBytes;
  private long nowMs;
  private long nowNanos;

  private volatile int connectionCount;
  private volatile int sessionCount;
  private volatile @Nullable String lastExample;

  // Set by start, before the event loop sees anything.
  private @Nullable Emitter emitter;
  private @Nullable Sessions sessions;
  private @Nullable Leftovers leftovers;
  private @Nullable Broker broker;
  private @Nullable Wills wills;
  private @Nullable SysTopics sysTopics;
  private @Nullable EventLoopGroup group;
  private @Nullable EventLoop loop;
  private @Nullable Future<?> sweeping;

  private final Completion withoutAck =
      new Completion() {
        @Override
        public void durable(long offset) {}

        @Override
        public void refused(Refused reason) {
          counters.count(Counter.of(reason));
        }
      };

  Endpoint(String name, MqttSettings settings, Outlet outlet) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    this.routes = new Routes(settings.mappings(), outlet::classOf);
    this.localTopics = new LocalTopics(settings.local());
    this.access = new Access(settings.access(), counters);
    this.listeners = new Listeners(name, this);
  }

  @Override
  public void start() throws IOException {
    ThreadFactory threads = new DefaultThreadFactory(name + "-loop");
    EventLoopGroup started = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
    group = started;
    loop = started.next();
    openSessions();
    try {
      access.start(
          name,
          started.next(),
          this::usersChanged,
          bug -> outlet.failed("no password is checked any more: " + bug));
      listeners.start(started);
    } catch (IOException e) {
      close();
      throw e;
    }
    loopPulse.waits("a turn that does not end, or a sweep that fails each time", nowNanos);
    long sweepMs = Bounds.SWEEP.toMillis();
    sweeping =
        started.next().scheduleWithFixedDelay(this::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
  }

  /// Opens the way to the journals, and restores the sessions from there; all that a connection needs beside its socket.
  void openSessions() {
    readTheClock();
    Emitter opened = outlet.open(name, this::afterGroup);
    emitter = opened;
    List<StateEntry> entries = outlet.restored();
    String stateClass = outlet.stateClass();
    Leftovers left = new Leftovers(opened, this::forgetSoon);
    leftovers = left;
    Retained retained = new Retained(settings.maxRetainedMessages(), settings.maxRetainedBytes());
    long lastId = entries.stream().mapToLong(BrokerState::messageId).max().orElse(0);
    Broker made = new Broker(opened, stateClass, counters, left, retained, lastId);
    broker = made;
    Sessions restored =
        new Sessions(settings, opened, stateClass, completions, random, left, made::end);
    sessions = restored;
    made.restore(entries, restored.restore(entries, nowNanos)::get);
    Wills ofClients = new Wills(stateClass, left, this::publishWill);
    ofClients.restore(entries, nowNanos);
    wills = ofClients;
    sysTopics = new SysTopics(this);
    sessionCount = restored.count();
  }

  /// Entries that mean nothing any more gather for a moment, and go together.
  private void forgetSoon() {
    EventLoop on = loop;
    if (on != null && !on.isShuttingDown()) {
      var unused = on.schedule(this::forget, Bounds.FORGET.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void forget() {
    started(leftovers).sweep();
  }

  /// Answers the connection that a new channel is to be; null when it was refused.
  @Nullable Connection accept(SocketChannel channel, ListenerSettings listener) {
    String full = null;
    if (peers.count(channel.remoteAddress()) >= settings.maxConnectionsPerAddress()) {
      counters.count(Counter.ADDRESS_FULL);
      full =
          settings.maxConnectionsPerAddress()
              + " connections of its address (max-connections-per-address)";
    } else if (connections.size() >= settings.maxConnections() && !isRoomMade()) {
      counters.count(Counter.CONNECTIONS_REFUSED);
      full = settings.maxConnections() + " connections (max-connections)";
    }
    if (full != null) {
      example(channel.remoteAddress() + ": refused, there are " + full);
      var unused = channel.close();
      return null;
    }
    readTheClock();
    return new Connection(this, listener);
  }

  /// When it is full, the oldest connection that has not said who it is gives way to a newer one: whoever opens connections and
  /// says nothing does not keep devices out.
  private boolean isRoomMade() {
    for (Connection connection : connections) {
      if (connection.conversation().isGreeting()) {
        counters.count(Counter.CONNECTIONS_REFUSED);
        connection.refuse(
            Reason.SERVER_UNAVAILABLE, "gave way to a newer connection before its CONNECT");
        return connections.size() < settings.maxConnections();
      }
    }
    return false;
  }

  @Override
  public AdapterStatus status() {
    InetSocketAddress bound = address();
    String trouble = access.trouble();
    String summary =
        bound == null
            ? "not listening"
            : "listening on "
                + listeners.describe()
                + ", "
                + connectionCount
                + " connections, "
                + sessionCount
                + " sessions"
                + (trouble.isEmpty() ? "" : "; " + trouble);
    String standstill = bound == null ? null : loopPulse.standstill(System.nanoTime());
    return new AdapterStatus(
        "mqtt",
        bound != null && standstill == null,
        standstill == null ? summary : standstill,
        allCounters(),
        lastExample);
  }

  private Map<String, Long> allCounters() {
    Map<String, Long> all = counters.all();
    all.put("timestampsOfArrival", readings.timestampsOfArrival());
    all.put("keysMissing", readings.keysMissing());
    return all;
  }

  /// Where it listens first; null before the start and after the end.
  @Nullable InetSocketAddress address() {
    List<InetSocketAddress> all = listeners.addresses();
    return all.isEmpty() ? null : all.get(0);
  }

  /// Where it listens, in the order of the configuration.
  List<InetSocketAddress> addresses() {
    return listeners.addresses();
  }

  @Override
  public void close() {
    EventLoopGroup closing = group;
    if (closing == null) {
      return;
    }
    group = null;
    listeners.close();
    access.close();
    if (sweeping != null) {
      sweeping.cancel(false);
    }
    long patienceMs = Bounds.CLOSE.toMillis();
    closing.next().submit(this::closeConnections).awaitUninterruptibly(patienceMs);
    boolean ended =
        closing
            .shutdownGracefully(0, patienceMs, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * patienceMs);
    if (!ended) {
      LOG.log(System.Logger.Level.WARNING, name + ": the event loop did not end in time");
    }
  }

  private void closeConnections() {
    for (Connection connection : List.copyOf(connections)) {
      connection.refuse(Reason.SERVER_SHUTTING_DOWN, "the edge stops");
    }
  }

  // ---- the journals' threads

  private void afterGroup() {
    EventLoop to = loop;
    if (to == null || drainScheduled.getAndSet(true)) {
      return;
    }
    try {
      to.execute(drain);
    } catch (RejectedExecutionException e) {
      // The endpoint has ended: nobody waits for these answers any more.
      drainScheduled.set(true);
    }
  }

  // ---- the event loop

  /// Sends the answers that are due, and lets those go on that waited for them.
  void drain() {
    drainScheduled.set(false);
    readTheClock();
    broker().drain();
    for (Session session = completions.poll(); session != null; session = completions.poll()) {
      session.looking();
      Conversation conversation = session.conversation;
      if (conversation != null) {
        conversation.connection().resume();
      }
    }
    resumeStarved();
    feed();
  }

  /// Sends what has come into outboxes, as far as it goes.
  void feed() {
    broker().feed();
  }

  /// Lets those go on that found no room, in turn, until there is none again.
  private void resumeStarved() {
    int turns = starved.size();
    for (int i = 0; i < turns; i++) {
      int before = starved.size();
      Connection next = starved.poll();
      if (next == null) {
        return;
      }
      next.starving = false;
      next.resume();
      if (starved.size() == before) {
        return;
      }
    }
  }

  /// A listener's socket is closed.
  void listenerClosed(ListenerSettings listener) {
    if (group != null) {
      outlet.failed("the port " + listener.address() + " was closed from outside");
    }
  }

  private void sweep() {
    readTheClock();
    try {
      for (Connection connection : List.copyOf(connections)) {
        connection.sweep(nowNanos);
      }
      sessions().sweep(nowNanos);
      sessionCount = sessions().count();
      wills().sweep(nowNanos);
      broker().sweep(nowMs);
      started(leftovers).sweep();
      started(sysTopics).sweep(nowNanos);
      resumeStarved();
      feed();
      loopPulse.moved(nowNanos);
    } catch (RuntimeException bug) {
      // Thrown on, it would end the sweeping for good without a word.
      counters.count(Counter.FAULTS);
      example("a sweep failed: " + bug);
      LOG.log(System.Logger.Level.ERROR, name + ": a sweep failed", bug);
    }
  }

  /// The time, read once for all that one event brings.
  void readTheClock() {
    nowMs = System.currentTimeMillis();
    nowNanos = System.nanoTime();
  }

  /// The number of a connection that is being accepted; they count up.
  long nextNumber() {
    return ++lastNumber;
  }

  void connected(Connection connection) {
    connections.add(connection);
    peers.enter(connection.peerAddress());
    connectionCount = connections.size();
    counters.count(Counter.CONNECTIONS_ACCEPTED);
  }

  void disconnected(Connection connection) {
    if (connections.remove(connection)) {
      peers.leave(connection.peerAddress());
    }
    starved.remove(connection);
    connectionCount = connections.size();
  }

  /// The journals had no room for what a connection brought; it has its turn when there is some again.
  void starved(Connection connection) {
    if (!connection.starving) {
      connection.starving = true;
      starved.add(connection);
    }
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
    Conversation holder = sessions().conversationOf(clientId);
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

  /// Whether a client's session is another's, as far as is known. Nobody gets what another was sent, or cuts it off, by saying
  /// its client identifier.
  ///
  /// @throws PacketRefused when that other is here
  boolean isOthers(String clientId, Identity who) throws PacketRefused {
    Identity owner = sessions().ownerOf(clientId);
    if (owner == null || Objects.equals(owner.name(), who.name())) {
      return false;
    }
    counters.count(Counter.OTHER_USERS_CLIENT);
    if (sessions().conversationOf(clientId) != null) {
      throw new PacketRefused(
          Reason.NOT_AUTHORIZED, "the client identifier is in use by another user");
    }
    return true;
  }

  /// Takes from a session what its client has no right to any more. The disk forgets it at leisure: what it still knows after a
  /// crash is taken again.
  void narrow(Session session, Rights rights) {
    for (Subscription each : List.copyOf(session.subscriptions.values())) {
      if (!rights.maySubscribe(each.filter())) {
        counters.count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED);
        broker().remove(session, each.text());
        if (session.durable) {
          started(leftovers).remove(outlet.stateClass(), BrokerState.subscriptionKey(each));
        }
      }
    }
    for (Delivery each : session.outbox.underWay()) {
      if (each.phase != Delivery.Phase.RELEASING && !rights.mayReceive(each.message.topic)) {
        counters.count(Counter.DELIVERIES_NOT_AUTHORIZED);
        broker().giveUp(session, each);
      }
    }
  }

  /// Other users hold: whoever came in with a password that counts no more goes out.
  private void usersChanged() {
    readTheClock();
    for (Connection connection : List.copyOf(connections)) {
      if (!access.isCurrent(connection.conversation().identity())) {
        counters.count(Counter.USERS_GONE);
        connection.refuse(
            Reason.NOT_AUTHORIZED, "its user was removed, or has another password now");
      }
    }
    feed();
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

  /// Counts a connection anew among those that wait for the disk. The journals hear of it once, when everything that this
  /// turn of the event loop brought has been taken.
  void account(Connection connection) {
    Conversation conversation = connection.conversation();
    boolean isWaiting = conversation.isWaiting();
    boolean isBlocked = connection.isBlocked();
    if (isWaiting == connection.countedWaiting && isBlocked == connection.countedBlocked) {
      return;
    }
    waiting += (isWaiting ? 1 : 0) - (connection.countedWaiting ? 1 : 0);
    blocked += (isBlocked ? 1 : 0) - (connection.countedBlocked ? 1 : 0);
    connection.countedWaiting = isWaiting;
    connection.countedBlocked = isBlocked;
    EventLoop on = loop;
    if (!reportScheduled && on != null && !on.isShuttingDown()) {
      reportScheduled = true;
      on.execute(reportWaiting);
    }
  }

  private void reportWaiting() {
    reportScheduled = false;
    emitter().waiting(waiting, blocked);
  }

  /// Counts a connection that is closed for a reason.
  void refused(Connection connection, Reason reason, String text) {
    Conversation conversation = connection.conversation();
    switch (reason) {
      case SESSION_TAKEN_OVER, SERVER_SHUTTING_DOWN, KEEP_ALIVE_TIMEOUT -> {
        return;
      }
      case SERVER_UNAVAILABLE,
          BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED -> {} // whoever refuses counts it
      case MALFORMED_PACKET -> counters.count(Counter.MALFORMED);
      default -> counters.count(Counter.PROTOCOL_ERRORS);
    }
    if (conversation.isGreeting()) {
      counters.count(Counter.CONNECTS_REFUSED);
    }
    example(conversation.describe() + ": " + text);
  }

  /// Something went wrong with a connection that is not the client's words: the network, or a fault of ours.
  void failed(Connection connection, Throwable cause) {
    String who = connection.conversation().describe();
    if (cause instanceof IOException) {
      example(who + ": " + cause.getMessage());
    } else if (cause instanceof DecoderException) {
      if (!(cause.getCause() instanceof SSLException)) { // those are counted as handshakes
        counters.count(Counter.WEBSOCKETS_REFUSED);
      }
      example(who + ": " + cause.getMessage());
    } else {
      counters.count(Counter.FAULTS);
      example(who + ": " + cause);
      LOG.log(System.Logger.Level.ERROR, name + ": closed " + who, cause);
    }
  }

  /// TLS did not come to be.
  void handshakeFailed(Connection connection, Throwable cause) {
    counters.count(Counter.HANDSHAKES_FAILED);
    example(connection.conversation().describe() + ": no TLS: " + cause.getMessage());
  }

  void example(String text) {
    lastExample =
        text.length() > Bounds.EXAMPLE_CHARACTERS
            ? text.substring(0, Bounds.EXAMPLE_CHARACTERS)
            : text;
  }

  String assignClientId() {
    return "assigned-" + HexFormat.of().toHexDigits(random.nextLong());
  }

  MqttSettings settings() {
    return settings;
  }

  Access access() {
    return access;
  }

  Counters counters() {
    return counters;
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
    return route.mapping == null ? outlet.stateClass() : route.className;
  }

  /// When a message expires, by the wall clock.
  ///
  /// @param seconds from now; negative: never
  long expiresAtMs(long seconds) {
    return seconds < 0 ? Message.NEVER : nowMs + seconds * 1000;
  }

  // ---- wills

  /// Checks the will that a client brings.
  Will will(Connect.Testament will) throws PacketRefused {
    if (!broker().mayKeepMore()) {
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
            expiresAtMs(will.expirySeconds()),
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
    boolean together = will.className.equals(outlet.stateClass());
    boolean taken;
    if (mapping == null && local(route) == null) {
      counters.count(Counter.UNMAPPED); // the configuration has changed
      taken = true;
      together = false;
    } else {
      Dispatch dispatch = broker().dispatch(will, nowMs, withoutAck);
      if (together) {
        dispatch.change(removal);
      }
      taken =
          mapping == null
              ? broker().pass(dispatch)
              : broker()
                  .emit(
                      dispatch,
                      readings.of(
                          route,
                          mapping,
                          will.payload,
                          UserProperties.NONE,
                          clientId.getBytes(StandardCharsets.UTF_8),
                          nowMs,
                          List.of()));
    }
    if (taken) {
      counters.count(Counter.WILLS_PUBLISHED);
      if (!together) {
        started(leftovers).remove(outlet.stateClass(), removal.key());
      }
    }
    return taken;
  }

  /// A session is without a connection.
  void disconnected(Session session) {
    Will will = session.will;
    session.will = null;
    if (will != null) {
      wills().lost(session, will, nowNanos);
    }
    sessions().disconnected(session, nowNanos);
  }

  Completion withoutAck() {
    return withoutAck;
  }

  long nowMs() {
    return nowMs;
  }

  long nowNanos() {
    return nowNanos;
  }

  Emitter emitter() {
    return started(emitter);
  }

  Sessions sessions() {
    return started(sessions);
  }

  Broker broker() {
    return started(broker);
  }

  Wills wills() {
    return started(wills);
  }

  int connectionCount() {
    return connectionCount;
  }

  long startedNanos() {
    return startedNanos;
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not started");
    }
    return part;
  }
}
