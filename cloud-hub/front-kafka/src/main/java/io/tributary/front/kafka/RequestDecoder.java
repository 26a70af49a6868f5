package io.tributary.front.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts a client's bytes into requests, and bounds what all clients together make us hold of requests
/// that are not whole: the one that asks for more is closed.
final class RequestDecoder extends LengthFieldBasedFrameDecoder {
  private static final int FRAME_LENGTH_BYTES = 4;

  private final FrontLimits limits;
  private final AtomicLong heldByAll;
  private final Login login;
  private final long heldMost;
  private int held;
  private long partialSinceNanos;

  /// @param login who the client is: a stranger's requests are small
  RequestDecoder(FrontLimits limits, AtomicLong heldByAll, Login login) {
    super(limits.requestBytes(), 0, FRAME_LENGTH_BYTES, 0, FRAME_LENGTH_BYTES);
    this.limits = limits;
    this.heldByAll = heldByAll;
    this.login = login;
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
  protected long getUnadjustedFrameLength(
      ByteBuf bytes, int offset, int lengthBytes, ByteOrder order) {
    long length = super.getUnadjustedFrameLength(bytes, offset, lengthBytes, order);
    if (length > Login.REQUEST_BYTES_MOST
        && length <= limits.requestBytes()
        && login.isStranger()) {
      throw new TooLongFrameException(
          "a request of %d B before a login, where %d B are the most"
              .formatted(length, Login.REQUEST_BYTES_MOST));
    }
    return length;
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
