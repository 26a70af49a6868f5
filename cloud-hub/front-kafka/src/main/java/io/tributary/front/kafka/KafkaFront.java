package io.tributary.front.kafka;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tributary.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// A listener that speaks Kafka's protocol over a store, so that any Kafka client reads it.
///
/// ```
///  socket ─▶ frames ─▶ Connection ─▶ Catalog    at once
///                           │     └▶ FetchPoll  maybe later
///                           ▼
///  socket ◀── fields and file regions ◀── KafkaWire
/// ```
///
/// Every connection lives on one event loop. Its own work there is short; a Fetch that waits holds
/// no thread.
public final class KafkaFront implements AutoCloseable {
  /// How long closing waits for the connections to end.
  private static final long CLOSE_MS = 5_000;

  private static final int FRAME_LENGTH_BYTES = 4;

  private final Channel listener;
  private final ChannelGroup clients;
  private final FrontCounters counters;

  private KafkaFront(Channel listener, ChannelGroup clients, FrontCounters counters) {
    this.listener = listener;
    this.clients = clients;
    this.counters = counters;
  }

  /// Listens. The store and the event loops stay the caller's; they must outlive the front.
  ///
  /// @throws IOException when the port cannot be had
  public static KafkaFront start(FrontConfig config, Store store, EventLoopGroup loops)
      throws IOException {
    FrontCounters counters = new FrontCounters();
    Catalog catalog = new Catalog(store, config, counters);
    ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new Greeter(catalog, counters, config.limits(), clients))
            .bind(config.listen())
            .awaitUninterruptibly();
    Throwable trouble = bound.cause();
    if (trouble != null) {
      throw new IOException(
          "cannot listen for Kafka clients on " + config.listen() + ": " + trouble.getMessage(),
          trouble);
    }
    return new KafkaFront(bound.channel(), clients, counters);
  }

  /// Where it listens, with the port that it got.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  public FrontStatus status() {
    return counters.status();
  }

  /// Ends the listener and every connection.
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
    clients.close().awaitUninterruptibly(CLOSE_MS, TimeUnit.MILLISECONDS);
  }

  /// Takes a new connection in, or closes it when there are too many.
  @SuppressWarnings("FutureReturnValueIgnored") // closing cannot fail
  private static final class Greeter extends ChannelInitializer<Channel> {
    private final Catalog catalog;
    private final FrontCounters counters;
    private final FrontLimits limits;
    private final ChannelGroup clients;

    Greeter(Catalog catalog, FrontCounters counters, FrontLimits limits, ChannelGroup clients) {
      this.catalog = catalog;
      this.counters = counters;
      this.limits = limits;
      this.clients = clients;
    }

    @Override
    protected void initChannel(Channel client) {
      if (counters.connections.incrementAndGet() > limits.connections()) {
        counters.connections.decrementAndGet();
        counters.turnedAway.increment();
        client.close();
        return;
      }
      client.closeFuture().addListener(closed -> counters.connections.decrementAndGet());
      clients.add(client);
      client
          .pipeline()
          .addLast(
              new IdleStateHandler(0, 0, limits.idleMs(), TimeUnit.MILLISECONDS),
              new LengthFieldBasedFrameDecoder(
                  limits.requestBytes(), 0, FRAME_LENGTH_BYTES, 0, FRAME_LENGTH_BYTES),
              new Connection(catalog, counters, limits));
    }
  }
}
