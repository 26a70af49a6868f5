package io.tributary.adapter.command;

import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How far an adapter has come with its commands, as its journal keeps it:
///
/// ```
///  command    version u8 = 1 | done u8 | stream i64 | offset i64
/// ```
///
/// @param isDone whether the answer to the command at that place is durable with it; else it was taken, and perhaps carried out
record CommandPlace(boolean isDone, TopicPosition at) {
  static final String KEY = "command";
  private static final byte VERSION = 1;
  private static final int BYTES = 2 + 2 * Long.BYTES;

  StateChange change() {
    return new StateChange(
        KEY,
        ByteBuffer.allocate(BYTES)
            .put(VERSION)
            .put((byte) (isDone ? 1 : 0))
            .putLong(at.stream())
            .putLong(at.offset())
            .array());
  }

  /// Null when the entry is none.
  static @Nullable CommandPlace found(StateEntry entry) {
    byte[] value = entry.value();
    if (!entry.key().equals(KEY) || value.length != BYTES || value[0] != VERSION) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 2, 2 * Long.BYTES);
    return new CommandPlace(value[1] == 1, new TopicPosition(buffer.getLong(), buffer.getLong()));
  }
}
