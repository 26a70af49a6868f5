package io.tributary.adapter.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the journal knows of a file: how far it was read, and by what to know it again.
///
/// ```
///  version  flags   seq      ordinal   position  goneMs    birth     head      tail       name
///  +------+-------+--------+---------+---------+---------+---------+---------+----------+---------+
///  | 1: 1 | 1     | 8      | 8       | 8       | 8       | 8       | 16      | 16       | UTF-8   |
///  +------+-------+--------+---------+---------+---------+---------+---------+----------+---------+
///           bit 0: the position lies within a line, of which the rest is passed over
/// ```
///
/// @param seq rises with each mark that is written
/// @param ordinal rises with each file that is seen for the first time
/// @param position behind what was read
/// @param goneMs since when it is in the directory no more, in milliseconds since 1970; 0 when it was there
/// @param birthNanos 0 where it is not known
/// @param head of the file's first bytes: at most 256, none of them behind the position
/// @param tail of the 256 bytes before the position, or as many as there are
/// @param name by which it was first seen
@SuppressWarnings("ArrayRecordComponent") // nobody compares marks
record Mark(
    long seq,
    long ordinal,
    long position,
    boolean isWithinLine,
    long goneMs,
    long birthNanos,
    byte[] head,
    byte[] tail,
    String name) {
  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 2 + 5 * Long.BYTES + 2 * Digest.BYTES;

  Mark goneSince(long nowMs) {
    return new Mark(seq, ordinal, position, isWithinLine, nowMs, birthNanos, head, tail, name);
  }

  Mark present() {
    return goneSince(0);
  }

  Mark numbered(long newSeq) {
    return new Mark(newSeq, ordinal, position, isWithinLine, goneMs, birthNanos, head, tail, name);
  }

  /// The birth is known now.
  Mark born(long newBirthNanos) {
    return new Mark(seq, ordinal, position, isWithinLine, goneMs, newBirthNanos, head, tail, name);
  }

  byte[] encoded() {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + nameBytes.length)
        .put(VERSION)
        .put((byte) (isWithinLine ? 1 : 0))
        .putLong(seq)
        .putLong(ordinal)
        .putLong(position)
        .putLong(goneMs)
        .putLong(birthNanos)
        .put(head)
        .put(tail)
        .put(nameBytes)
        .array();
  }

  /// @return null when it is none
  static @Nullable Mark of(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    if (encoded.length < FIXED_BYTES || in.get() != VERSION) {
      return null;
    }
    boolean isWithinLine = in.get() != 0;
    long seq = in.getLong();
    long ordinal = in.getLong();
    long position = in.getLong();
    long goneMs = in.getLong();
    long birthNanos = in.getLong();
    byte[] head = new byte[Digest.BYTES];
    byte[] tail = new byte[Digest.BYTES];
    in.get(head).get(tail);
    String name = StandardCharsets.UTF_8.decode(in).toString();
    return new Mark(seq, ordinal, position, isWithinLine, goneMs, birthNanos, head, tail, name);
  }
}
