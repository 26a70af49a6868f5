package io.tributary.adapter.mqtt;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.PreferHeapByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The addresses that clients come to, and what stands between their sockets and their {@link Connection}s.
///
/// ```
///  TCP                                                                    ─▶ Connection
///  TLS        SslHandler                                                  ─▶ Connection
///  WebSocket  [SslHandler ─▶] HTTP ─▶ WebSocketGate ┄upgraded┄▶ WebSocketBytes ─▶ Connection
/// ```
///
/// All of them run on the endpoint's event loop. Plain TCP is read into the buffer that all such connections share. TLS and
/// WebSockets keep what is not a whole record or frame yet, so those have buffers of their own.
///
/// Event loop only, save for `start`, `close`, `addresses`, `describe` and `trouble`.
final class Listeners {
  private static final int READ_BYTES_LEAST = 512;
  private static final int READ_BYTES_FIRST = 2048;

  private final String name;
  private final Endpoint endpoint;
  private volatile List<InetSocketAddress> addresses = List.of();
  private volatile List<ListenerTls> secured = List.of();
  private long lookedNanos = System.nanoTime();

  Listeners(String name, Endpoint endpoint) {
    this.name = name;
    this.endpoint = endpoint;
  }

  /// Opens all of them.
  ///
  /// @throws IOException when one cannot be; says which, and what to do
  void start(EventLoopGroup loops) throws IOException {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    ByteBufAllocator heap = new PreferHeapByteBufAllocator(allocator);
    List<InetSocketAddress> bound = new ArrayList<>();
    List<ListenerTls> withTls = new ArrayList<>();
    for (ListenerSettings each : endpoint.settings().listeners()) {
      ListenerTls tls = tls(each);
      if (tls != null) {
        withTls.add(tls);
      }
      boolean isPlain = each.tls() == null && each.webSocket() == null;
      RecvByteBufAllocator reads =
          isPlain
              ? new SharedReadBuffer()
              : new AdaptiveRecvByteBufAllocator(
                  READ_BYTES_LEAST, READ_BYTES_FIRST, Bounds.READ_BYTES);
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_BACKLOG, Bounds.BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .option(ChannelOption.ALLOCATOR, allocator)
              .childOption(ChannelOption.ALLOCATOR, isPlain ? allocator : heap)
              .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
              .childOption(ChannelOption.SO_KEEPALIVE, true)
              .childOption(
                  ChannelOption.WRITE_BUFFER_WATER_MARK,
                  new WriteBufferWaterMark(Bounds.UNSENT_LOW_BYTES, Bounds.UNSENT_HIGH_BYTES))
              .childHandler(initializer(each, tls));
      ChannelFuture future = bootstrap.bind(each.address().resolve()).awaitUninterruptibly();
      if (!future.isSuccess()) {
        throw new IOException(
            name
                + " cannot listen on "
                + each.address()
                + " ("
                + future.cause().getMessage()
                + "): stop what listens there, or choose another `"
                + each.key()
                + "`",
            future.cause());
      }
      bound.add((InetSocketAddress) future.channel().localAddress());
      future.channel().closeFuture().addListener(closed -> endpoint.listenerClosed(each));
    }
    secured = List.copyOf(withTls);
    addresses = List.copyOf(bound);
  }

  private @Nullable ListenerTls tls(ListenerSettings listener) throws IOException {
    ListenerSettings.Tls tls = listener.tls();
    if (tls == null) {
      return null;
    }
    try {
      return new ListenerTls(listener.key(), tls, endpoint.server().counters());
    } catch (SSLException e) {
      throw new IOException(
          name
              + ": the certificate of "
              + listener.key()
              + " cannot be used for TLS: "
              + e.getMessage(),
          e);
    }
  }

  private ChannelInitializer<SocketChannel> initializer(
      ListenerSettings listener, @Nullable ListenerTls tls) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        Connection connection = endpoint.accept(channel, listener);
        if (connection == null) {
          return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
          SslHandler handler = tls.handler(channel.alloc());
          handler.setHandshakeTimeoutMillis(endpoint.settings().connectTimeout().toMillis());
          pipeline.addLast(handler);
        }
        ListenerSettings.WebSocket webSocket = listener.webSocket();
        if (webSocket != null) {
          pipeline.addLast(
              new HttpServerCodec(Bounds.UPGRADE_BYTES, Bounds.UPGRADE_BYTES, Bounds.UPGRADE_BYTES),
              new HttpObjectAggregator(Bounds.UPGRADE_BYTES),
              new WebSocketGate(endpoint.server(), connection, webSocket));
        }
        pipeline.addLast(connection);
      }
    };
  }

  /// Looks now and then whether there are other certificates.
  void sweep(long nowNanos) {
    if (nowNanos - lookedNanos >= Bounds.CERTIFICATES.toNanos()) {
      lookedNanos = nowNanos;
      secured.forEach(ListenerTls::look);
    }
  }

  /// Which certificates do not count, and why; empty when all do.
  List<String> trouble() {
    return secured.stream().map(ListenerTls::trouble).filter(each -> !each.isEmpty()).toList();
  }

  /// Where they are, in the order of the configuration; empty before the start and after the end.
  List<InetSocketAddress> addresses() {
    return addresses;
  }

  /// For status.
  String describe() {
    List<InetSocketAddress> bound = addresses;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bound.size(); i++) {
      text.append(i == 0 ? "" : " and ")
          .append(bound.get(i).getHostString())
          .append(':')
          .append(bound.get(i).getPort())
          .append(endpoint.settings().listeners().get(i).kind());
    }
    return text.toString();
  }

  /// The sockets are closed with the event loop.
  void close() {
    addresses = List.of();
  }
}
