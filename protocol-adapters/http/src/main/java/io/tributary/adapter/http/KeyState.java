package io.tributary.adapter.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the disk knows of a request that came with an idempotency key; always of one size, so that only the first of it makes the
/// state grow. Big-endian.
///
/// ```
///  0  1  version: 1
///  1  8  digest of the request
///  9  8  when it came first, in milliseconds since 1970
/// 17  4  elements decided: those before it are logged, or refused for good
/// 21  4  of these, dropped by the quota
/// 25  4  of these, too large
/// ```
///
/// Its key is `TOPIC/KEY`; a topic has no slash.
record KeyState(long digest, long whenMs, int decided, int quota, int tooLarge) {
  private static final byte VERSION = 1;
  private static final int BYTES = 29;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(digest)
        .putLong(whenMs)
        .putInt(decided)
        .putInt(quota)
        .putInt(tooLarge)
        .array();
  }

  /// @return null for what is no such entry
  static @Nullable KeyState decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || in.get() != VERSION) {
      return null;
    }
    KeyState state =
        new KeyState(in.getLong(), in.getLong(), in.getInt(), in.getInt(), in.getInt());
    int refused = state.quota + state.tooLarge;
    boolean isSound = state.quota >= 0 && state.tooLarge >= 0 && refused <= state.decided;
    return isSound ? state : null;
  }

  /// What an earlier life has done; it has not told the offsets.
  Tally tally() {
    return new Tally(decided - quota - tooLarge, quota, tooLarge, Tally.UNKNOWN, Tally.UNKNOWN);
  }
}
