package io.tributary.hub.mirror;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.core.IntakeDesk;
import io.tributary.link.TlsIdentity;
import io.tributary.session.BatchCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Listens for edges: TCP, mutual TLS 1.3, and a [MirrorChannel] for each connection.
public final class MirrorListener implements AutoCloseable {
  /// How long closing waits for the edges to take the farewell.
  private static final long CLOSE_MS = 5_000;

  /// How often the doorkeeper looks for sessions that did not answer.
  private static final long DOOR_TICK_MS = 250;

  /// The smallest, first and largest read of a connection: an idle one costs little, a busy one
  /// takes several TLS records at once.
  private static final int READ_BYTES_LEAST = 512;

  private static final int READ_BYTES_FIRST = 2 * 1024;
  private static final int READ_BYTES_MOST = 128 * 1024;

  private final IntakeDesk desk;
  private final Channel listener;
  private final ChannelGroup connections;
  private final ScheduledFuture<?> doorTick;
  private final MirrorCounters counters;

  private MirrorListener(
      IntakeDesk desk,
      Channel listener,
      ChannelGroup connections,
      ScheduledFuture<?> doorTick,
      MirrorCounters counters) {
    this.desk = desk;
    this.listener = listener;
    this.connections = connections;
    this.doorTick = doorTick;
    this.counters = counters;
  }

  /// Listens. The desk and the event loops stay the caller's and must outlive the listener.
  ///
  /// @throws IOException when the port cannot be had
  public static MirrorListener start(MirrorConfig config, IntakeDesk desk, EventLoopGroup loops)
      throws IOException {
    TlsIdentity identity = config.tls();
    HubTls tls = identity == null ? null : new HubTls(identity);
    MirrorCounters counters = new MirrorCounters();
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    READ_BYTES_LEAST, READ_BYTES_FIRST, READ_BYTES_MOST))
            .childHandler(new Greeter(config, tls, desk, counters, connections))
            .bind(config.listen())
            .awaitUninterruptibly();
    Throwable trouble = bound.cause();
    if (trouble != null) {
      throw new IOException(
          "cannot listen for edges on " + config.listen() + ": " + trouble.getMessage(), trouble);
    }
    ScheduledFuture<?> doorTick =
        bound
            .channel()
            .eventLoop()
            .scheduleAtFixedRate(desk::tick, DOOR_TICK_MS, DOOR_TICK_MS, TimeUnit.MILLISECONDS);
    return new MirrorListener(desk, bound.channel(), connections, doorTick, counters);
  }

  /// Where it listens, with the port that it got.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  public MirrorCounters counters() {
    return counters;
  }

  /// Ends the listener; says farewell to every edge, waits a little, and closes what is left.
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    desk.shutdown("the hub stops");
    connections.newCloseFuture().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    connections.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    doorTick.cancel(false);
  }

  /// Takes a new connection in, or closes it when there are too many.
  @SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
  private static final class Greeter extends ChannelInitializer<Channel> {
    private final MirrorConfig config;
    private final @Nullable HubTls tls;
    private final IntakeDesk desk;
    private final MirrorCounters counters;
    private final ChannelGroup connections;
    private final AtomicInteger count = new AtomicInteger();
    private final Newcomers newcomers;

    /// One for each event loop: it holds a buffer for decompression.
    private final Map<EventLoop, BatchCheck> checks = new ConcurrentHashMap<>();

    Greeter(
        MirrorConfig config,
        @Nullable HubTls tls,
        IntakeDesk desk,
        MirrorCounters counters,
        ChannelGroup connections) {
      this.config = config;
      this.tls = tls;
      this.desk = desk;
      this.counters = counters;
      this.connections = connections;
      this.newcomers = new Newcomers(config.limits().handshakes());
    }

    @Override
    protected void initChannel(Channel edge) {
      edge.closeFuture().addListener(closed -> count.decrementAndGet());
      if (count.incrementAndGet() > config.limits().connections()) {
        counters.tooMany();
        edge.close();
        return;
      }
      connections.add(edge);
      HubTls shakesHands = tls;
      if (shakesHands != null) {
        SslHandler handler = shakesHands.handler(edge);
        handler.setHandshakeTimeoutMillis(config.limits().handshakeMs());
        edge.pipeline().addLast(handler);
        welcome(edge, handler);
      }
      BatchCheck check = checks.computeIfAbsent(edge.eventLoop(), loop -> new BatchCheck());
      edge.pipeline().addLast(new MirrorChannel(desk, config.limits(), counters, check));
    }

    /// Counts it among those that have proven nothing, until its handshake has ended in any way.
    private void welcome(Channel edge, SslHandler handler) {
      handler.handshakeFuture().addListener(shaken -> newcomers.remove(edge));
      edge.closeFuture().addListener(closed -> newcomers.remove(edge));
      Channel goes = newcomers.add(edge);
      if (goes != null) {
        counters.sentAway();
        goes.close();
      }
    }
  }
}
