package io.tributary.adapter.mqtt.hivemq;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Cuts what comes in into whole packets, so that the {@link Gate} sees them one by one. The event loop's thread.
///
/// ```
///  type u4 | flags u4 | remaining length, 1 to 4 bytes | body          (MQTT 5, section 2.1)
/// ```
final class Packets extends ByteToMessageDecoder {
  private static final int LENGTH_BYTES = 4;

  @Override
  protected void decode(ChannelHandlerContext at, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    int length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      if (in.readableBytes() < 2 + i) {
        return;
      }
      int next = in.getByte(start + 1 + i);
      length |= (next & 0x7f) << (7 * i);
      if (next >= 0) {
        int whole = 2 + i + length;
        if (in.readableBytes() >= whole) {
          out.add(in.readRetainedSlice(whole));
        }
        return;
      }
    }
    // Not MQTT: the library says so to the broker, and ends the connection.
    out.add(in.readRetainedSlice(in.readableBytes()));
  }
}
