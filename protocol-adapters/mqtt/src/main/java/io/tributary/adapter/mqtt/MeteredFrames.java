package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/// Cuts a client's bytes into WebSocket frames. What it keeps of a frame that is not whole comes out of the memory that all
/// connections share: a thousand clients that each send most of a large frame must not exhaust the heap. Event loop only.
final class MeteredFrames extends WebSocket13FrameDecoder {
  private final Server server;
  private final Connection connection;
  private int heldBytes;

  MeteredFrames(WebSocketDecoderConfig config, Server server, Connection connection) {
    super(config);
    this.server = server;
    this.connection = connection;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> frames)
      throws Exception {
    super.decode(ctx, bytes, frames);
    int now = bytes.readableBytes();
    if (now != heldBytes && !hold(now)) {
      connection.refuse(
          Reason.QUOTA_EXCEEDED, "too many bytes are waiting in all connections together");
      bytes.skipBytes(now);
      hold(0);
    }
  }

  private boolean hold(int bytes) {
    boolean isHeld = server.hold(bytes - heldBytes);
    if (isHeld) {
      heldBytes = bytes;
    }
    return isHeld;
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    hold(0);
    super.handlerRemoved0(ctx);
  }
}
