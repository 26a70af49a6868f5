package io.tributary.front.kafka;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tributary.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A listener that speaks Kafka's protocol over a store, so that any Kafka client reads and writes it.
///
/// ```
///  socket ─▶ frames ─▶ Connection ─▶ Catalog    at once
///                           │     ├▶ Fetching   maybe later
///                           │     └▶ Groups     maybe later
///                           ▼
///  socket ◀── fields and file regions ◀── KafkaWire
/// ```
///
/// Every connection lives on one event loop. Its own work there is short; a Fetch that waits holds
/// no thread.
public final class KafkaFront implements AutoCloseable {
  /// How long closing waits for the connections to end.
  private static final long CLOSE_MS = 5_000;

  /// Answers that are ready in the same turn of an event loop go in one write, up to so many.
  private static final int FLUSHES_AT_ONCE = 16;

  private final Channel listener;
  private final Logins logins;
  private final ChannelGroup clients;
  private final FrontCounters counters;
  private final @Nullable Groups groups;

  private KafkaFront(
      Channel listener,
      Logins logins,
      ChannelGroup clients,
      FrontCounters counters,
      @Nullable Groups groups) {
    this.listener = listener;
    this.logins = logins;
    this.clients = clients;
    this.counters = counters;
    this.groups = groups;
  }

  /// Listens for anybody, who may do everything.
  ///
  /// @throws IOException when the port cannot be had
  public static KafkaFront start(FrontConfig config, Store store, EventLoopGroup loops)
      throws IOException {
    return start(config, FrontAccess.open(), store, loops);
  }

  /// Listens. The store and the event loops stay the caller's; they must outlive the front.
  ///
  /// @throws IOException when the port cannot be had
  public static KafkaFront start(
      FrontConfig config, FrontAccess access, Store store, EventLoopGroup loops)
      throws IOException {
    FrontCounters counters = new FrontCounters();
    Groups groups =
        ServiceLoader.load(Groups.Provider.class)
            .findFirst()
            .map(provider -> provider.start(config.groups(), store))
            .orElse(null);
    Catalog catalog = new Catalog(store, config, counters, groups);
    Logins logins = new Logins(access, counters.failedLogins);
    ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new Greeter(
                    catalog,
                    counters,
                    config.limits(),
                    logins,
                    new Throttle.Quotas(config.quotas(), counters),
                    clients))
            .bind(config.listen())
            .awaitUninterruptibly();
    Throwable trouble = bound.cause();
    if (trouble != null) {
      if (groups != null) {
        groups.close();
      }
      throw new IOException(
          "cannot listen for Kafka clients on " + config.listen() + ": " + trouble.getMessage(),
          trouble);
    }
    return new KafkaFront(bound.channel(), logins, clients, counters, groups);
  }

  /// Where it listens, with the port that it got.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  public FrontStatus status() {
    return counters.status(groups == null ? null : groups.trouble());
  }

  /// Ends the listener and every connection.
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    clients.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    logins.close();
    if (groups != null) {
      groups.close();
    }
  }

  /// Takes a new connection in, or closes it when there are too many.
  @SuppressWarnings("FutureReturnValueIgnored") // closing cannot fail
  private static final class Greeter extends ChannelInitializer<Channel> {
    private final Catalog catalog;
    private final FrontCounters counters;
    private final FrontLimits limits;
    private final Logins logins;
    private final Throttle.Quotas quotas;
    private final ChannelGroup clients;
    private final Newcomers newcomers = new Newcomers();
    private final AtomicLong heldBytes = new AtomicLong();
    private final FetchSessions sessions = new FetchSessions();

    /// The loops are the hub's, and few.
    private final Map<EventLoop, ProducedBatch> producedByLoop = new ConcurrentHashMap<>();

    Greeter(
        Catalog catalog,
        FrontCounters counters,
        FrontLimits limits,
        Logins logins,
        Throttle.Quotas quotas,
        ChannelGroup clients) {
      this.catalog = catalog;
      this.counters = counters;
      this.limits = limits;
      this.logins = logins;
      this.quotas = quotas;
      this.clients = clients;
    }

    private void left(Channel client) {
      counters.connections.decrementAndGet();
      newcomers.remove(client);
    }

    @Override
    protected void initChannel(Channel client) {
      if (counters.connections.incrementAndGet() > limits.connections()) {
        counters.turnedAway.increment();
        Channel goes = newcomers.oldest();
        if (goes == null) {
          counters.connections.decrementAndGet();
          client.close();
          return;
        }
        goes.close();
      }
      client.closeFuture().addListener(closed -> left(client));
      newcomers.add(client);
      clients.add(client);
      Login login = new Login(logins, String.valueOf(client.remoteAddress()));
      RequestDecoder decoder = new RequestDecoder(limits, heldBytes, login);
      ProducedBatch produced =
          producedByLoop.computeIfAbsent(client.eventLoop(), loop -> new ProducedBatch());
      encrypt(client);
      client
          .pipeline()
          .addLast(
              new IdleStateHandler(0, 0, limits.idleMs(), TimeUnit.MILLISECONDS),
              new FlushConsolidationHandler(FLUSHES_AT_ONCE, true),
              decoder,
              new Connection(
                  catalog,
                  counters,
                  limits,
                  new Fetching(catalog, counters, limits, sessions),
                  produced,
                  decoder,
                  login,
                  new Throttle(quotas, login),
                  () -> newcomers.remove(client)));
    }

    private void encrypt(Channel client) {
      SslContext tls = logins.access().tls();
      if (tls != null) {
        SslHandler handler = tls.newHandler(client.alloc());
        handler.setHandshakeTimeoutMillis(limits.requestMs());
        client.pipeline().addLast(handler, new ChunkedWriteHandler(), new StoredChunks.Cutter());
      }
    }
  }
}
