package io.tributary.front.kafka;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts a client's bytes into requests, and bounds what all clients together make us hold of requests
/// that are not whole: the one that asks for more is closed.
final class RequestDecoder extends LengthFieldBasedFrameDecoder {
  private static final int FRAME_LENGTH_BYTES = 4;

  private final AtomicLong heldByAll;
  private final long heldMost;
  private int held;
  private long partialSinceNanos;

  RequestDecoder(FrontLimits limits, AtomicLong heldByAll) {
    super(limits.requestBytes(), 0, FRAME_LENGTH_BYTES, 0, FRAME_LENGTH_BYTES);
    this.heldByAll = heldByAll;
    this.heldMost = limits.heldBytes();
  }

  /// Whether a request has begun to come and is not whole.
  boolean isInRequest() {
    return held > 0;
  }

  /// When it began; what has come of the request before counts anew.
  long partialSinceNanos() {
    return partialSinceNanos;
  }

  @Override
  public void channelRead(ChannelHandlerContext client, Object bytes) throws Exception {
    int before = held;
    super.channelRead(client, bytes);
    hold(actualReadableBytes());
    if (held > 0 && (before == 0 || held < before)) {
      partialSinceNanos = System.nanoTime();
    }
    if (heldByAll.get() > heldMost && held > 0) {
      throw new TooLongFrameException(
          "clients hold back the rest of requests of " + heldMost + " B together");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext client) throws Exception {
    super.channelInactive(client);
    hold(0);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext client) {
    hold(0);
  }

  private void hold(int bytes) {
    heldByAll.addAndGet(bytes - held);
    held = bytes;
  }
}
