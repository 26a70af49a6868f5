package io.tributary.adapter.mqtt;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.agent.Pulse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where MQTT comes in: the listeners, one event loop, and the connections on it. What clients share is the {@link Server}.
///
/// The way of a publish, and of its answer:
///
/// ```
///  accept ─▶ Connection ─▶ Conversation ─▶ Publishes ─emit─▶ Emitter ┄┄▶ journals
///                ▲                             │ queues an Ack             │ Ack.durable: marks it
///                └────── Answers ◀── drain ◀── one task ◀── afterGroup ◀───┘
/// ```
///
/// Threads: everything runs on the event loop, save `start`, `close` and `status`, and what the journals call: an ack marks
/// itself and puts its session into a queue of {@link Sessions}; `afterGroup` schedules one drain, however many acks there are.
final class Endpoint implements Adapter {
  private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());

  private final String name;
  private final MqttSettings settings;
  private final Outlet outlet;
  private final Counters counters = new Counters();
  private final LoopClock clock = new LoopClock();
  private final Pulse loopPulse = new Pulse("the event loop");
  private final Endings endings;
  private final Access access;
  private final Listeners listeners;

  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private final Runnable reportWaiting = this::reportWaiting;

  private final Set<Connection> connections = new LinkedHashSet<>();
  private final PeerAddresses peers = new PeerAddresses();
  private final Deque<Connection> starved = new ArrayDeque<>();
  private int waiting;
  private int blocked;
  private boolean reportScheduled;
  private long lastNumber;

  private volatile int connectionCount;

  // Set by start, before the event loop sees anything.
  private volatile @Nullable Server server;
  private @Nullable EventLoopGroup group;
  private @Nullable EventLoop loop;
  private @Nullable Future<?> sweeping;

  Endpoint(String name, MqttSettings settings, Outlet outlet) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    this.endings = new Endings(name, counters);
    this.access = new Access(settings.access(), counters);
    this.listeners = new Listeners(name, this);
  }

  // ---- from a socket to the journals, and back

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
      counters.example(channel.remoteAddress() + ": refused, there are " + full);
      var unused = channel.close();
      return null;
    }
    clock.read();
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

  /// The journals had no room for what a connection brought; it has its turn when there is some again.
  void starved(Connection connection) {
    if (!connection.starving) {
      connection.starving = true;
      starved.add(connection);
    }
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
    server().emitter().waiting(waiting, blocked);
  }

  /// On a journal's thread: a group of what it was given is durable, or refused.
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

  /// Sends the answers that are due, and lets those go on that waited for them.
  void drain() {
    drainScheduled.set(false);
    clock.read();
    Server of = server();
    of.broker().drain();
    of.sessions().resumeCompleted();
    resumeStarved();
    of.broker().feed();
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

  void disconnected(Connection connection) {
    if (connections.remove(connection)) {
      peers.leave(connection.peerAddress());
    }
    starved.remove(connection);
    connectionCount = connections.size();
  }

  // ---- the start, sweeps, the end

  @Override
  public void start() throws IOException {
    ThreadFactory threads = new DefaultThreadFactory(name + "-loop");
    EventLoopGroup started = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
    group = started;
    loop = started.next();
    openServer();
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
    loopPulse.waits("a turn that does not end, or a sweep that fails each time", clock.nowNanos());
    long sweepMs = Bounds.SWEEP.toMillis();
    sweeping =
        started.next().scheduleWithFixedDelay(this::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
  }

  /// Opens the way to the journals, and takes up what is there; all that a connection needs beside its socket.
  void openServer() {
    clock.read();
    Emitter opened = outlet.open(name, this::afterGroup);
    server = new Server(settings, outlet, opened, access, counters, clock, this::forgetSoon);
  }

  /// Entries that mean nothing any more gather for a moment, and go together.
  private void forgetSoon() {
    EventLoop on = loop;
    if (on != null && !on.isShuttingDown()) {
      var unused =
          on.schedule(() -> server().forget(), Bounds.FORGET.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    clock.read();
    try {
      for (Connection connection : List.copyOf(connections)) {
        connection.sweep(clock.nowNanos());
      }
      server().sweep(connectionCount);
      resumeStarved();
      server().broker().feed();
      listeners.sweep(clock.nowNanos());
      loopPulse.moved(clock.nowNanos());
    } catch (RuntimeException bug) {
      // Thrown on, it would end the sweeping for good without a word.
      counters.count(Counter.FAULTS);
      counters.example("a sweep failed: " + bug);
      LOG.log(System.Logger.Level.ERROR, name + ": a sweep failed", bug);
    }
  }

  /// Other users hold: whoever came in with a password that counts no more goes out.
  private void usersChanged() {
    clock.read();
    for (Connection connection : List.copyOf(connections)) {
      if (!access.isCurrent(connection.conversation().identity())) {
        counters.count(Counter.USERS_GONE);
        connection.refuse(
            Reason.NOT_AUTHORIZED, "its user was removed, or has another password now");
      }
    }
    server().broker().feed();
  }

  /// A listener's socket is closed.
  void listenerClosed(ListenerSettings listener) {
    if (group != null) {
      outlet.failed("the port " + listener.address() + " was closed from outside");
    }
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

  // ---- how it stands

  @Override
  public AdapterStatus status() {
    InetSocketAddress bound = address();
    Server of = server;
    List<String> troubles = new ArrayList<>(listeners.trouble());
    if (!access.trouble().isEmpty()) {
      troubles.add(0, access.trouble());
    }
    String summary =
        bound == null || of == null
            ? "not listening"
            : "listening on "
                + listeners.describe()
                + ", "
                + connectionCount
                + " connections, "
                + of.sessionCount()
                + " sessions"
                + troubles.stream().map(each -> "; " + each).collect(Collectors.joining());
    String standstill = bound == null ? null : loopPulse.standstill(System.nanoTime());
    Map<String, Long> counts = of == null ? counters.all() : of.counts();
    return new AdapterStatus(
        "mqtt",
        bound != null && standstill == null,
        standstill == null ? summary : standstill,
        counts,
        counters.lastExample());
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

  int connectionCount() {
    return connectionCount;
  }

  MqttSettings settings() {
    return settings;
  }

  Endings endings() {
    return endings;
  }

  /// What the clients share; from the start on.
  Server server() {
    Server of = server;
    if (of == null) {
      throw new IllegalStateException("not started");
    }
    return of;
  }
}
