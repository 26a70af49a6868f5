package io.tributary.hub.cli;

/// The hash by which Kafka's Java clients find a key's partition: MurmurHash2 of 32 bits (Austin Appleby), with the
/// seed that Kafka chose. Whoever hashes otherwise breaks the order of a key that two programs write.
final class Murmur2 {
  private static final int SEED = 0x9747b28c;
  private static final int MULTIPLIER = 0x5bd1e995;
  private static final int SHIFT = 24;

  private Murmur2() {}

  /// The partition of a key, 0 to `partitions` - 1.
  static int partition(byte[] bytes, int from, int to, int partitions) {
    return (hash(bytes, from, to) & Integer.MAX_VALUE) % partitions;
  }

  /// The hash of the bytes in [from, to).
  static int hash(byte[] bytes, int from, int to) {
    int hash = SEED ^ (to - from);
    int at = from;
    for (; to - at >= Integer.BYTES; at += Integer.BYTES) {
      int word = littleEndian(bytes, at, Integer.BYTES) * MULTIPLIER;
      word = (word ^ (word >>> SHIFT)) * MULTIPLIER;
      hash = (hash * MULTIPLIER) ^ word;
    }
    if (at < to) {
      hash = (hash ^ littleEndian(bytes, at, to - at)) * MULTIPLIER;
    }
    hash = (hash ^ (hash >>> 13)) * MULTIPLIER;
    return hash ^ (hash >>> 15);
  }

  private static int littleEndian(byte[] bytes, int from, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[from + i] & 0xff) << (i * Byte.SIZE);
    }
    return word;
  }
}
