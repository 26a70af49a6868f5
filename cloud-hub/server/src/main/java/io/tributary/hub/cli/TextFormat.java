package io.tributary.hub.cli;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The value, or `[key] value`.
record TextFormat(boolean withKey) implements RecordFormat {
  @Override
  public void print(Shown shown, Output out) {
    if (withKey) {
      out.put((byte) '[');
      put(shown.record.key(), out);
      out.put("] ");
    }
    put(shown.record.value(), out);
  }

  /// Bytes as they are; the word `null` for none, as Kafka's console consumer has it.
  static void put(@Nullable ByteBuffer bytes, Output out) {
    if (bytes == null) {
      out.put("null");
    } else {
      out.put(bytes);
    }
  }
}
