package io.tributary.adapter.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.PreferHeapByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The address that clients come to, and what stands between their sockets and their {@link Connection}s.
///
/// ```
///  [SslHandler ─▶] decoder ─▶ Connection ─▶ encoder
/// ```
final class Listener {
  private static final int READ_BYTES_LEAST = 512;
  private static final int READ_BYTES_FIRST = 2048;

  private Listener() {}

  /// Opens it.
  ///
  /// @param tls null: plain TCP
  /// @throws IOException when it cannot be; says why, and what to do
  static Channel open(HttpSettings settings, Endpoint endpoint, @Nullable Tls tls, EventLoop loop)
      throws IOException {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    ByteBufAllocator heap = new PreferHeapByteBufAllocator(allocator);
    InetSocketAddress address = settings.listen().resolve();
    if (address.isUnresolved()) {
      throw new IOException("listen " + settings.listen() + ": no such host");
    }
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, Bounds.BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.ALLOCATOR, heap)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    READ_BYTES_LEAST, READ_BYTES_FIRST, Bounds.READ_BYTES))
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(initializer(settings, endpoint, tls))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "listen %s cannot be bound (%s): stop what listens there, or choose another port"
              .formatted(settings.listen(), bound.cause().getMessage()),
          bound.cause());
    }
    return bound.channel();
  }

  private static ChannelInitializer<SocketChannel> initializer(
      HttpSettings settings, Endpoint endpoint, @Nullable Tls tls) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        if (!endpoint.hasRoom()) {
          endpoint
              .counts()
              .count(
                  Counter.CONNECTIONS_REFUSED,
                  "%s: refused, there are %d connections (connections)"
                      .formatted(channel.remoteAddress(), settings.limits().connections()));
          var unused = channel.close();
          return;
        }
        if (tls != null) {
          SslHandler handler = tls.handler(channel.alloc());
          handler.setHandshakeTimeoutMillis(settings.limits().requestTimeout().toMillis());
          channel.pipeline().addLast(handler);
        }
        channel
            .pipeline()
            .addLast(
                new Decoder(settings.limits()),
                new HttpResponseEncoder(),
                new Connection(endpoint));
      }
    };
  }

  /// Cuts a client's bytes into requests. One whose length is said in two ways is none: two readers of it might disagree about
  /// where the next begins (RFC 9112, section 6.1).
  private static final class Decoder extends HttpRequestDecoder {
    Decoder(Limits limits) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(Bounds.LINE_BYTES)
              .setMaxHeaderSize(limits.headerBytes())
              .setMaxChunkSize(Bounds.READ_BYTES));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
      throw new IllegalArgumentException("it has both Content-Length and Transfer-Encoding");
    }
  }
}
