package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How a publisher's positions lie in its durable state.
///
/// ```
///  position/TOPIC     version u8 = 1 | stream i64 | offset i64
/// ```
///
/// An entry belongs to the class of its topic.
final class PositionState {
  private static final byte VERSION = 1;
  private static final String POSITION = "position/";
  private static final int BYTES = 1 + 2 * Long.BYTES;

  private PositionState() {}

  static String key(String topic) {
    return POSITION + topic;
  }

  static byte[] value(TopicPosition position) {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(position.stream())
        .putLong(position.offset())
        .array();
  }

  /// Null when the entry is none.
  static @Nullable TopicPosition found(StateEntry entry) {
    byte[] value = entry.value();
    return value.length == BYTES && value[0] == VERSION
        ? new TopicPosition(
            ByteBuffer.wrap(value, 1, Long.BYTES).getLong(),
            ByteBuffer.wrap(value, 1 + Long.BYTES, Long.BYTES).getLong())
        : null;
  }
}
