package io.tributary.adapter.http;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpRequest;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What the connections share: the settings, the memory, what is known, and the way to the journals. Event loop only, save what
/// says otherwise.
final class Endpoint {
  private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());

  private final String name;
  private final HttpSettings settings;
  private final Outlet outlet;
  private final @Nullable Tokens tokens;
  private final EventLoop loop;
  private final Counts<Counter> counts;
  private final WaitingBytes memory;
  private final Keys keys;
  private final Ingest ingest;
  private final Requests requests;
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final AtomicBoolean isDrainScheduled = new AtomicBoolean();
  private boolean isReportScheduled;
  private volatile int connectionCount;

  Endpoint(
      String name,
      HttpSettings settings,
      Outlet outlet,
      @Nullable Tokens tokens,
      EventLoop loop,
      Counts<Counter> counts) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    this.tokens = tokens;
    this.loop = loop;
    this.counts = counts;
    Limits limits = settings.limits();
    Emitter emitter = outlet.open(name, this::afterGroup);
    this.memory = new WaitingBytes(limits.waitingBytes());
    this.keys = new Keys(outlet, emitter, counts);
    this.ingest = new Ingest(emitter, keys, counts, limits.journalTimeout(), this::reportSoon);
    this.requests = new Requests(limits, outlet, keys, ingest, counts);
  }

  // ---- connections come and go

  /// Whether there may be one more.
  boolean hasRoom() {
    return connections.size() < settings.limits().connections();
  }

  void connected(Connection connection) {
    connections.add(connection);
    connectionCount = connections.size();
    counts.count(Counter.CONNECTIONS);
  }

  void disconnected(Connection connection) {
    connections.remove(connection);
    connectionCount = connections.size();
  }

  /// Something went wrong with a connection that is not its client's words: the network, TLS, or a bug of ours.
  void failed(String peer, Throwable cause) {
    if (cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
      return; // counted as a handshake, or the end of the connection says it
    }
    if (cause instanceof IOException || cause instanceof DecoderException) {
      counts.count(Counter.CONNECTIONS_LOST, peer + ": " + cause.getMessage());
      return;
    }
    counts.count(Counter.FAULTS, peer + ": " + cause);
    LOG.log(System.Logger.Level.ERROR, name + ": a request of " + peer + " failed", cause);
  }

  // ---- requests

  /// Reads a head.
  Head read(HttpRequest request) throws RequestRefused {
    return Head.read(request, settings, tokens, name);
  }

  Requests requests() {
    return requests;
  }

  WaitingBytes memory() {
    return memory;
  }

  Limits limits() {
    return settings.limits();
  }

  Counts<Counter> counts() {
    return counts;
  }

  // ---- the journals

  /// On a journal's thread: one drain, however many groups there were.
  private void afterGroup() {
    if (isDrainScheduled.getAndSet(true)) {
      return;
    }
    try {
      loop.execute(this::drain);
    } catch (RejectedExecutionException e) {
      // It has ended: nobody waits for these answers any more.
    }
  }

  private void drain() {
    isDrainScheduled.set(false);
    try {
      ingest.drain(System.nanoTime());
    } catch (RuntimeException bug) {
      fail(bug);
    }
  }

  private void reportSoon() {
    if (!isReportScheduled && !loop.isShuttingDown()) {
      isReportScheduled = true;
      loop.execute(() -> {
        isReportScheduled = false;
        ingest.report();
      });
    }
  }

  /// Looks for what has waited too long.
  void sweep(long nowNanos) {
    try {
      List.copyOf(connections).forEach(each -> each.sweep(nowNanos));
      ingest.sweep(nowNanos);
      keys.sweep(System.currentTimeMillis());
    } catch (RuntimeException bug) {
      fail(bug);
    }
  }

  private void fail(RuntimeException bug) {
    counts.count(Counter.FAULTS, "its event loop met a bug: " + bug);
    LOG.log(System.Logger.Level.ERROR, name + ": its event loop met a bug", bug);
    outlet.failed("its event loop met a bug, please report it: " + bug);
  }

  void close() {
    List.copyOf(connections).forEach(Connection::close);
  }

  // ---- any thread

  int connectionCount() {
    return connectionCount;
  }

  boolean isStarving() {
    return ingest.isStarving();
  }
}
