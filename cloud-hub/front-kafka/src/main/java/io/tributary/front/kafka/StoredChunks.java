package io.tributary.front.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.stream.ChunkedInput;
import java.io.IOException;

/// The batches of a {@link StoredRegion} for a connection whose bytes are encrypted on their way, and so must pass through
/// our memory: a chunk at a time, when the socket takes more, however large the region is.
final class StoredChunks implements ChunkedInput<ByteBuf> {
  /// Four records of TLS.
  static final int CHUNK_BYTES = 64 * 1024;

  private final StoredRegion region;

  private StoredChunks(StoredRegion region) {
    this.region = region;
  }

  /// Turns regions into chunks; Netty's `ChunkedWriteHandler` before it sends them.
  @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
  static final class Cutter extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext client, Object part, ChannelPromise promise) {
      client.write(part instanceof StoredRegion region ? new StoredChunks(region) : part, promise);
    }
  }

  @Override
  public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
    int size = (int) Math.min(CHUNK_BYTES, region.count() - region.transferred());
    ByteBuf chunk = allocator.buffer(size);
    try {
      int read = region.readInto(chunk.nioBuffer(0, size));
      return chunk.writerIndex(read);
    } catch (IOException | RuntimeException e) {
      chunk.release();
      throw e;
    }
  }

  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // Netty calls it, nobody else
  @Override
  public ByteBuf readChunk(ChannelHandlerContext client) throws IOException {
    return readChunk(client.alloc());
  }

  @Override
  public boolean isEndOfInput() {
    return region.transferred() == region.count();
  }

  @Override
  public long length() {
    return region.count();
  }

  @Override
  public long progress() {
    return region.transferred();
  }

  @Override
  public void close() {
    region.release();
  }
}
