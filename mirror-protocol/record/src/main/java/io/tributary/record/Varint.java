package io.tributary.record;

/// Zigzag variable-length integers as in Protocol Buffers and Kafka: seven bits a byte, the lowest first, the high bit
/// set on every byte but the last. Reading is in {@link RecordCursor}, which knows where its bytes end.
final class Varint {
  /// The longest encoding of an int and of a long.
  static final int INT_BYTES_MOST = 5;

  static final int LONG_BYTES_MOST = 10;

  private Varint() {}

  static int size(int value) {
    int zigzag = (value << 1) ^ (value >> 31);
    return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  static int size(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /// Writes and returns the position behind the last byte written.
  static int put(byte[] bytes, int position, int value) {
    int rest = (value << 1) ^ (value >> 31);
    int at = position;
    while ((rest & ~0x7F) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  static int put(byte[] bytes, int position, long value) {
    long rest = (value << 1) ^ (value >> 63);
    int at = position;
    while ((rest & ~0x7FL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  static int unzigzag(int raw) {
    return (raw >>> 1) ^ -(raw & 1);
  }

  static long unzigzag(long raw) {
    return (raw >>> 1) ^ -(raw & 1);
  }
}
