package io.tributary.edge.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the owner of a pipeline has ordered and that still holds.
///
/// ```
/// version u8 │ paused u8 │ looksForMs i64
/// ```
///
/// @param isPaused whether it takes nothing in
/// @param looksForMs the time that its first record must have, in ms since 1970, while it has not found one so late yet
record Control(boolean isPaused, long looksForMs) {
  /// The name of its entry.
  static final String KEY = "control";

  static final long NO_TIME = Long.MIN_VALUE;

  private static final int VERSION = 1;
  private static final int BYTES = 1 + 1 + Long.BYTES;

  Control paused(boolean paused) {
    return new Control(paused, looksForMs);
  }

  Control lookingFor(long timeMs) {
    return new Control(isPaused, timeMs);
  }

  boolean looksForTime() {
    return looksForMs != NO_TIME;
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .put((byte) VERSION)
        .put((byte) (isPaused ? 1 : 0))
        .putLong(looksForMs)
        .array();
  }

  /// @param bytes null where nothing was ordered
  static Control decode(byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      return new Control(false, NO_TIME);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || in.get() != VERSION) {
      throw new IOException("the control of a later version");
    }
    return new Control(in.get() != 0, in.getLong());
  }
}
