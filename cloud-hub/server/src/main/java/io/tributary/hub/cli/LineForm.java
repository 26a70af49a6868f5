package io.tributary.hub.cli;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a line means: its key and its value.
///
/// @param separator what stands between key and value, at its first occurrence; null: a line is all value
/// @param key of every record; null: none, unless there is a separator
/// @param nullValue a value of these bytes is null, which is a tombstone; null: none is
@SuppressWarnings("ArrayRecordComponent") // never compared
record LineForm(byte @Nullable [] separator, byte @Nullable [] key, byte @Nullable [] nullValue) {
  // Spelled out: the class file of a compact constructor loses the @Nullable of an array.
  LineForm(byte @Nullable [] separator, byte @Nullable [] key, byte @Nullable [] nullValue) {
    this.separator = separator;
    this.key = key;
    this.nullValue = nullValue;
  }

  /// Where the value begins.
  ///
  /// @return behind the separator, `from` when there is none to look for; -1: it is not in the line
  int valueAt(byte[] line, int from, int to) {
    byte[] between = separator;
    if (between == null) {
      return from;
    }
    for (int at = from; at <= to - between.length; at++) {
      if (Arrays.equals(line, at, at + between.length, between, 0, between.length)) {
        return at + between.length;
      }
    }
    return -1;
  }

  /// @param valueAt as {@link #valueAt} told
  @Nullable ByteBuffer key(byte[] line, int from, int valueAt) {
    byte[] between = separator;
    if (between != null) {
      return ByteBuffer.wrap(line, from, valueAt - between.length - from);
    }
    return key == null ? null : ByteBuffer.wrap(key);
  }

  /// @param valueAt as {@link #valueAt} told
  @Nullable ByteBuffer value(byte[] line, int valueAt, int to) {
    boolean isNull =
        nullValue != null && Arrays.equals(line, valueAt, to, nullValue, 0, nullValue.length);
    return isNull ? null : ByteBuffer.wrap(line, valueAt, to - valueAt);
  }
}
