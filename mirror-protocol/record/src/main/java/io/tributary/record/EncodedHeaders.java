package io.tributary.record;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Headers encoded once and appended to many records, as an edge does with its `edge` header. Immutable.
public final class EncodedHeaders {
  public static final EncodedHeaders NONE = new EncodedHeaders(new byte[0], 0, 0);

  private final byte[] bytes;
  private final int count;
  private final int longestKeyBytes;

  private EncodedHeaders(byte[] bytes, int count, int longestKeyBytes) {
    this.bytes = bytes;
    this.count = count;
    this.longestKeyBytes = longestKeyBytes;
  }

  public static EncodedHeaders of(List<Header> headers) {
    if (headers.isEmpty()) {
      return NONE;
    }
    byte[][] keys = new byte[headers.size()][];
    long size = 0;
    int longest = 0;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = headers.get(i).key().getBytes(StandardCharsets.UTF_8);
      byte[] value = headers.get(i).value();
      size += Varint.size(keys[i].length) + keys[i].length;
      size += value == null ? Varint.size(-1) : Varint.size(value.length) + (long) value.length;
      longest = Math.max(longest, keys[i].length);
    }
    byte[] bytes = new byte[Math.toIntExact(size)];
    int at = 0;
    for (int i = 0; i < keys.length; i++) {
      at = Varint.put(bytes, at, keys[i].length);
      System.arraycopy(keys[i], 0, bytes, at, keys[i].length);
      at += keys[i].length;
      byte[] value = headers.get(i).value();
      at = Varint.put(bytes, at, value == null ? -1 : value.length);
      if (value != null) {
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
      }
    }
    return new EncodedHeaders(bytes, keys.length, longest);
  }

  public int count() {
    return count;
  }

  /// Without the number of headers, which the builder writes before them.
  public int sizeBytes() {
    return bytes.length;
  }

  void check(Limits limits) throws RecordRefused {
    if (count > limits.headerCount()) {
      throw new RecordRefused(RecordRefused.Limit.HEADER_COUNT, count, limits.headerCount());
    }
    if (longestKeyBytes > limits.headerKeyBytes()) {
      throw new RecordRefused(
          RecordRefused.Limit.HEADER_KEY_BYTES, longestKeyBytes, limits.headerKeyBytes());
    }
  }

  /// Copies the bytes and returns the position behind them.
  int put(byte[] target, int position) {
    System.arraycopy(bytes, 0, target, position, bytes.length);
    return position + bytes.length;
  }
}
