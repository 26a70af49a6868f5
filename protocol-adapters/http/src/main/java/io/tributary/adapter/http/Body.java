package io.tributary.adapter.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The bytes of a request as they come: no more than it may have, and no more memory than has come. Event loop only.
final class Body {
  private static final int FIRST_BYTES = 1 << 10;

  private final WaitingBytes.Share share;
  private final int most;
  private byte[] bytes = {};
  private int length;

  /// @param share pays for it
  /// @param most bytes that it may have
  Body(WaitingBytes.Share share, int most) {
    this.share = share;
    this.most = most;
  }

  void add(ByteBuf more) throws RequestRefused {
    int count = more.readableBytes();
    grow(count);
    more.readBytes(bytes, length, count);
    length += count;
  }

  void add(byte[] more, int count) throws RequestRefused {
    grow(count);
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
  }

  private void grow(int count) throws RequestRefused {
    if (count > most - length) {
      throw RequestRefused.tooLarge(tooLargeText(most));
    }
    if (length + count > bytes.length) {
      int capacity =
          Math.min(most, Math.max(length + count, Math.max(FIRST_BYTES, 2 * bytes.length)));
      share.take(capacity - bytes.length);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  static String tooLargeText(int most) {
    return "its body, unpacked, has more than %d B (body-bytes); send less at a time"
        .formatted(most);
  }

  int length() {
    return length;
  }

  /// The bytes, of which {@link #length} count.
  byte[] array() {
    return bytes;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /// It is needed no more.
  void close() {
    share.giveBack(bytes.length);
    bytes = new byte[0];
    length = 0;
  }
}
