package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets an HTTP request become a WebSocket that carries MQTT (RFC 6455, section 4.2; MQTT 5, section 6), and refuses every
/// other. Event loop only.
final class WebSocketGate extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String SUBPROTOCOL = "mqtt";
  private static final String VERSION = "13";

  private final Server server;
  private final Connection connection;
  private final ListenerSettings.WebSocket settings;
  private boolean isDecided;

  WebSocketGate(Server server, Connection connection, ListenerSettings.WebSocket settings) {
    this.server = server;
    this.connection = connection;
    this.settings = settings;
  }

  /// Why a request is answered with no.
  private record Refusal(HttpResponseStatus status, String text) {
    Counter counter() {
      return status.equals(HttpResponseStatus.FORBIDDEN)
          ? Counter.ORIGINS_REFUSED
          : Counter.WEBSOCKETS_REFUSED;
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (isDecided) {
      return; // what follows a refusal
    }
    isDecided = true;
    Refusal refusal = refusal(request);
    if (refusal == null) {
      try {
        upgrade(ctx, request);
      } catch (WebSocketHandshakeException e) {
        refuse(ctx, new Refusal(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
      }
    } else {
      refuse(ctx, refusal);
    }
  }

  private @Nullable Refusal refusal(FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return new Refusal(HttpResponseStatus.BAD_REQUEST, "no HTTP request");
    }
    if (!request.uri().equals(settings.path())) {
      return new Refusal(HttpResponseStatus.NOT_FOUND, "MQTT is at " + settings.path());
    }
    List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
    if (!settings.origins().allow(origins, request.headers().getAll(HttpHeaderNames.HOST))) {
      return new Refusal(
          HttpResponseStatus.FORBIDDEN,
          "pages of " + String.join(", ", origins) + " are not allowed here ('origins')");
    }
    boolean isUpgrade =
        request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    if (!isUpgrade
        || !VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return new Refusal(
          HttpResponseStatus.UPGRADE_REQUIRED, "this is for WebSockets of version " + VERSION);
    }
    if (!request
        .headers()
        .containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL, false)) {
      return new Refusal(HttpResponseStatus.BAD_REQUEST, "the subprotocol must be " + SUBPROTOCOL);
    }
    return null;
  }

  private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(Math.max(server.settings().maxPacketBytes(), Bounds.READ_BYTES))
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .withUTF8Validator(false)
            .build();
    WebSocketServerHandshaker13 handshaker =
        new WebSocketServerHandshaker13(settings.path(), SUBPROTOCOL, config) {
          @Override
          protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new MeteredFrames(config, server, connection);
          }
        };
    // Before the handshake: its answer may bring the first frame at once.
    ctx.pipeline().addAfter(ctx.name(), null, new WebSocketBytes(server.counters(), connection));
    handshaker
        .handshake(ctx.channel(), request)
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    ctx.pipeline().remove(this);
  }

  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    server.counters().count(refusal.counter());
    server.counters().example(connection.peer() + ": no WebSocket: " + refusal.text);
    ByteBuf text = Unpooled.copiedBuffer(refusal.text + "\n", StandardCharsets.UTF_8);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal.status, text);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
        .set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (refusal.status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    }
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
