package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// Reads of all connections into one buffer: they run one after the other on one event loop, and a {@link Connection} is
/// done with the bytes when it returns. Whoever retains the buffer keeps it, and others get a new one meanwhile.
final class SharedReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  private final ByteBuf shared = Unpooled.buffer(Bounds.READ_BYTES, Bounds.READ_BYTES);

  @Override
  @SuppressWarnings("deprecation") // Netty's own allocators extend this handle too
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return Bounds.READ_BYTES;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return shared.refCnt() == 1
            ? shared.clear().retain()
            : allocator.heapBuffer(Bounds.READ_BYTES, Bounds.READ_BYTES);
      }
    };
  }
}
