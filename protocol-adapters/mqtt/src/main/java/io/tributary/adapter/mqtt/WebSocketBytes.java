package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/// Binary frames in, bytes out, and back. How packets lie in frames means nothing: one may span several, and several may lie in
/// one (MQTT 5, section 6). Event loop only.
final class WebSocketBytes extends ChannelDuplexHandler {
  private final Counters counters;
  private final Connection connection;
  private boolean isClosing;

  WebSocketBytes(Counters counters, Connection connection) {
    this.counters = counters;
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    if (!(read instanceof WebSocketFrame frame) || isClosing) {
      ReferenceCountUtil.release(read);
      return;
    }
    switch (frame) {
      case BinaryWebSocketFrame bytes -> ctx.fireChannelRead(bytes.content());
      case ContinuationWebSocketFrame bytes -> ctx.fireChannelRead(bytes.content());
      case PingWebSocketFrame ping -> pong(ctx, ping);
      case CloseWebSocketFrame close -> {
        close.release();
        end(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
      }
      case PongWebSocketFrame pong -> pong.release();
      default -> {
        frame.release();
        counters.count(Counter.WEBSOCKETS_REFUSED);
        counters.example(
            connection.conversation().describe() + ": a text frame, MQTT is in binary ones");
        end(ctx, WebSocketCloseStatus.INVALID_MESSAGE_TYPE);
      }
    }
  }

  /// A client that does not read is not answered: only the latest ping has to be (RFC 6455, section 5.5.3).
  private static void pong(ChannelHandlerContext ctx, PingWebSocketFrame ping) {
    if (ctx.channel().isWritable()) {
      var unused = ctx.writeAndFlush(new PongWebSocketFrame(ping.content()), ctx.voidPromise());
    } else {
      ping.release();
    }
  }

  private void end(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
    sayGoodbye(ctx, status);
    var unused = ctx.close();
  }

  private void sayGoodbye(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
    if (!isClosing && ctx.channel().isActive()) {
      isClosing = true;
      var unused = ctx.writeAndFlush(new CloseWebSocketFrame(status), ctx.voidPromise());
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object written, ChannelPromise promise) {
    var unused =
        ctx.write(
            written instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : written, promise);
  }

  /// The endpoint closes.
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    sayGoodbye(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
    var unused = ctx.close(promise);
  }
}
