package io.tributary.log;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A change of one entry of a journal's state.
///
/// @param key at most {@link LogLimits#STATE_KEY_BYTES} in UTF-8
/// @param value at most {@link LogLimits#STATE_VALUE_BYTES}; null removes the key
@SuppressWarnings("ArrayRecordComponent") // nobody compares updates
public record StateUpdate(String key, byte @Nullable [] value) {
  // Spelled out: javac leaves the type annotations of a compact constructor's arrays out of the
  // class file.
  public StateUpdate(String key, byte @Nullable [] value) {
    int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
    int valueBytes = value == null ? 0 : value.length;
    if (keyBytes > LogLimits.STATE_KEY_BYTES || valueBytes > LogLimits.STATE_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "state of " + keyBytes + " and " + valueBytes + " B under " + key);
    }
    this.key = key;
    this.value = value;
  }

  int sizeBytes() {
    return key.getBytes(StandardCharsets.UTF_8).length + (value == null ? 0 : value.length);
  }

  Change change() {
    return value == null ? new Change.StateRemoved(key) : new Change.StateSet(key, value);
  }
}
