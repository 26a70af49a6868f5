package io.tributary.record;

/// A running 64-bit digest of a stream: what lies below an offset, in one number.
///
/// For each batch, d' = d * K + mix(crc, streamOffset, count), modulo 2^64 with an odd K. Edge and hub each keep it
/// beside the next offset. When they meet, equal digests at an offset mean an equal past; different ones mean a fork:
/// an old image of the edge's disk wrote other readings under offsets that the hub already has.
///
/// A Gap adds nothing to the chain: each batch is mixed with its own offset, so a hole shows by itself. Where the two
/// ends hold different pieces (the hub has what the edge dropped), the Gap carries the edge's digest at its end, and the
/// hub goes on from that.
///
/// The chain is a polynomial, so that it can do more than a hash of the same size: with the inverse of K a batch is
/// taken off again ({@link #unextend}), which gives the digest at an earlier offset without reading from the start; and
/// the digest of a range of n batches is d(end) - d(start) * K^n, which two ends can compare for an audit.
///
/// It finds accidents, not forgers: it is not cryptographic. A known digest is never 0, because 0 is mapped to 1; so
/// one in 2^64 batches is taken off wrongly.
public final class Digest {
  /// Nobody knows; extends to unknown.
  public static final long UNKNOWN = 0;

  /// The digest of a stream before its first record.
  public static final long START = 1;

  /// No batch ends at this offset: it lies inside one. Agrees with nothing.
  public static final long INSIDE = -1;

  /// The offset lies inside a Gap, and batches that nobody knows any more went with that. Agrees with nothing, and tells
  /// nothing of what lies behind.
  public static final long INSIDE_GAP = -2;

  /// Whoever was asked cannot read it now: ask again. No digest of anything.
  public static final long NOT_NOW = -3;

  private static final long K = 0xD134_2543_DE82_EF95L;
  private static final long K_INVERSE = inverse(K);
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private Digest() {}

  /// Whether two ends may have the same past below an offset: they do if both digests are known and equal, and nothing
  /// speaks against it if one is unknown.
  public static boolean agree(long digest, long other) {
    if (isInside(digest) || isInside(other)) {
      return false;
    }
    return digest == UNKNOWN || other == UNKNOWN || digest == other;
  }

  private static boolean isInside(long digest) {
    return digest == INSIDE || digest == INSIDE_GAP;
  }

  /// Whether the offset lies inside the batch, neither where it begins nor where it ends. False for a Gap.
  public static boolean isInside(BatchView batch, long streamOffset) {
    long from = batch.streamOffset();
    return !batch.isControl() && from < streamOffset && streamOffset < from + batch.count();
  }

  /// The digest behind a batch. The batch must have been checked.
  public static long extend(long digest, BatchView batch) {
    return extend(digest, batch.crc(), batch.streamOffset(), batch.count());
  }

  public static long extend(long digest, int crc, long streamOffset, int count) {
    return digest == UNKNOWN ? UNKNOWN : known(digest * K + mix(crc, streamOffset, count));
  }

  /// The digest before a batch, from the one behind it.
  public static long unextend(long digest, BatchView batch) {
    return unextend(digest, batch.crc(), batch.streamOffset(), batch.count());
  }

  public static long unextend(long digest, int crc, long streamOffset, int count) {
    return digest == UNKNOWN
        ? UNKNOWN
        : known((digest - mix(crc, streamOffset, count)) * K_INVERSE);
  }

  /// The digest that a chain of batches began with, from the one that it ends with.
  ///
  /// @param end the digest behind its last batch, known
  /// @param endFromStart what the same batches make of [#START]
  /// @param batches how many
  public static long beginning(long end, long endFromStart, long batches) {
    long difference = end - endFromStart;
    for (long i = 0; i < batches; i++) {
      difference *= K_INVERSE;
    }
    return known(START + difference);
  }

  private static long mix(int crc, long streamOffset, int count) {
    return mix64(mix64(streamOffset + GOLDEN) ^ ((long) count << 32 | (crc & 0xFFFF_FFFFL)));
  }

  /// A bijection of 64 bits in which every bit of the result depends on every bit given (SplitMix64's finaliser).
  private static long mix64(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }

  private static long known(long digest) {
    return digest == UNKNOWN ? START : digest;
  }

  /// Newton's iteration: each step doubles the number of right bits, five of which the start has.
  private static long inverse(long odd) {
    long inverse = (3 * odd) ^ 2;
    for (int rightBits = 5; rightBits < Long.SIZE; rightBits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
