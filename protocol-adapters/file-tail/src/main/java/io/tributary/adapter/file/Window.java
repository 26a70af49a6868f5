package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/// The bytes of a file around a position: those by which it is known again, and behind them what is to be read. One read brings
/// both, so that no line is taken from a file of which the bytes before the line are others than they were. Confined to one thread.
///
/// ```
///  start = position − 256 or 0       position                      start + length
///    │◀──────── the witness ──────────▶│◀──── what is to be read ────▶│      capacity
///    +---------------------------------+------------------------------+─ ─ ─ ─ ─ ┐
/// ```
final class Window {
  /// A turn of a file: what a file has more of waits until the others had theirs.
  private static final int TURN_BYTES = 128 << 10;

  private final Digest digest = new Digest();
  private final byte[] bytes;
  private long start;
  private int length;

  /// @param longestLine of which one must fit, with its end
  Window(int longestLine) {
    bytes = new byte[Digest.WITNESS_BYTES + Math.max(longestLine + 2, TURN_BYTES)];
  }

  void fill(FileChannel channel, long position) throws IOException {
    start = Math.max(0, position - Digest.WITNESS_BYTES);
    length = Math.max(0, channel.read(ByteBuffer.wrap(bytes), start));
  }

  /// Whether it has all bytes before a position that it was filled around, and they are those of a digest.
  boolean agrees(long position, byte[] tail) {
    return position <= start + length && Arrays.equals(tail(position), tail);
  }

  /// Whether a file is the one of which a mark was made: its bytes agree.
  boolean knows(FileChannel channel, Mark mark) throws IOException {
    fill(channel, mark.position());
    if (!agrees(mark.position(), mark.tail())) {
      return false;
    }
    if (start > 0) {
      fill(channel, 0);
    }
    byte[] head = digest.of(bytes, 0, (int) Math.min(mark.position(), Digest.WITNESS_BYTES));
    return Arrays.equals(head, mark.head());
  }

  /// Where the last line of a file begins that has no end yet; -1 when it is longer than a line may be.
  long lastLine(FileChannel channel, long size, int longestLine) throws IOException {
    fill(channel, Math.max(0, size - longestLine));
    for (int i = at(Math.min(size, end())) - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return start + i + 1;
      }
    }
    return start == 0 ? 0 : -1;
  }

  byte[] nothing() {
    return digest.of(bytes, 0, 0);
  }

  /// The digest of the bytes before a position, which is at or behind that of {@link #fill}.
  byte[] tail(long position) {
    int to = at(position);
    return digest.of(bytes, Math.max(0, to - Digest.WITNESS_BYTES), to);
  }

  /// The digest of the file's first bytes; where the window begins behind them, it is as it was.
  byte[] head(long position, byte[] before) {
    return start > 0 ? before : digest.of(bytes, 0, (int) Math.min(position, Digest.WITNESS_BYTES));
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /// Whether the file may have more behind it.
  boolean isFull() {
    return length == bytes.length;
  }

  int at(long position) {
    return (int) (position - start);
  }

  long end() {
    return start + length;
  }
}
