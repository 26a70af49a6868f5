package io.tributary.adapter.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Outlet;
import io.tributary.agent.Pulse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One life of the adapter: its event loop, its listener, its status. After a failure the edge makes another.
final class HttpAdapter implements Adapter {
  private static final System.Logger LOG = System.getLogger(HttpAdapter.class.getName());

  private final String name;
  private final HttpSettings settings;
  private final Outlet outlet;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Pulse pulse = new Pulse("the event loop");
  private @Nullable EventLoopGroup group;
  private volatile boolean isClosing;
  private volatile @Nullable Running running;

  private record Running(
      Endpoint endpoint, @Nullable Tls tls, Channel listening, InetSocketAddress address) {}

  HttpAdapter(String name, HttpSettings settings, Outlet outlet) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
  }

  @Override
  public void start() throws IOException {
    Path tokenFile = settings.tokenFile();
    Tokens tokens = tokenFile == null ? null : Tokens.read(tokenFile);
    TlsSettings secured = settings.tls();
    Tls tls = secured == null ? null : new Tls(secured, counts, System.nanoTime());
    EventLoopGroup started =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name + "-loop"), NioIoHandler.newFactory());
    group = started;
    EventLoop loop = started.next();
    try {
      Endpoint endpoint = new Endpoint(name, settings, outlet, tokens, loop, counts);
      Channel listening = Listener.open(settings, endpoint, tls, loop);
      InetSocketAddress address = (InetSocketAddress) listening.localAddress();
      running = new Running(endpoint, tls, listening, address);
      listening.closeFuture().addListener(closed -> listenerClosed());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    pulse.waits("a turn that does not end, or a sweep that fails each time", System.nanoTime());
    long sweepMs = Bounds.SWEEP.toMillis();
    var unused = loop.scheduleWithFixedDelay(this::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
  }

  private void listenerClosed() {
    if (!isClosing) {
      outlet.failed("the port " + settings.listen() + " was closed from outside");
    }
  }

  private void sweep() {
    Running now = running;
    if (now == null) {
      return;
    }
    long nowNanos = System.nanoTime();
    now.endpoint.sweep(nowNanos);
    if (now.tls != null) {
      now.tls.look(nowNanos);
    }
    pulse.moved(nowNanos);
  }

  @Override
  public AdapterStatus status() {
    Running now = running;
    if (now == null) {
      return new AdapterStatus(
          HttpAdapterType.TYPE, false, "not listening", counts.shown(), counts.lastError());
    }
    String standstill = pulse.standstill(System.nanoTime());
    return new AdapterStatus(
        HttpAdapterType.TYPE,
        standstill == null,
        standstill == null ? summary(now) : standstill,
        counts.shown(),
        counts.lastError());
  }

  private static String summary(Running now) {
    String trouble = now.tls == null ? "" : now.tls.trouble();
    return "listening on "
        + now.address.getHostString()
        + ":"
        + now.address.getPort()
        + (now.tls == null ? "" : " (TLS)")
        + ", "
        + now.endpoint.connectionCount()
        + " connections"
        + (now.endpoint.isStarving() ? ", requests wait until the journal has room" : "")
        + (trouble.isEmpty() ? "" : "; " + trouble);
  }

  @Override
  public void close() {
    isClosing = true;
    Running now = running;
    running = null;
    EventLoopGroup closing = group;
    group = null;
    if (closing == null) {
      return;
    }
    long patienceMs = Bounds.CLOSE.toMillis();
    if (now != null) {
      // While the loop still turns: a socket that is closed with its loop may stay open in the
      // system, and clients wait at it.
      now.listening.close().awaitUninterruptibly(patienceMs);
      closing.next().submit(now.endpoint::close).awaitUninterruptibly(patienceMs);
    }
    boolean hasEnded =
        closing
            .shutdownGracefully(0, patienceMs, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * patienceMs);
    if (!hasEnded) {
      LOG.log(System.Logger.Level.WARNING, name + ": the event loop did not end in time");
    }
  }

  /// The port that it listens on, for tests.
  int port() {
    Running now = running;
    return now == null ? 0 : now.address.getPort();
  }
}
