package io.tributary.hub.cli;

import java.util.Arrays;

/// Splits blocks of bytes into lines, which end with `\n` and are bytes otherwise: a `\r` before it
/// belongs to the line, and so does whatever is no UTF-8. Holds one unfinished line at most.
final class Lines {
  private static final int INITIAL_BYTES = 4096;

  private final boolean whole;
  private final int lineBytesMost;
  private byte[] begun = new byte[INITIAL_BYTES];
  private int begunBytes;
  private long number = 1;

  /// Takes a line.
  interface Sink {
    /// @param number from 1
    /// @param bytes valid during the call
    /// @param from of the line's first byte
    /// @param to behind its last one
    void line(long number, byte[] bytes, int from, int to) throws Failure;
  }

  /// @param whole all of the input is one line
  /// @param lineBytesMost a longer line is refused
  Lines(boolean whole, int lineBytesMost) {
    this.whole = whole;
    this.lineBytesMost = lineBytesMost;
  }

  void split(byte[] block, int length, Sink sink) throws Failure {
    int from = 0;
    for (int at = 0; at < length && !whole; at++) {
      if (block[at] == '\n') {
        if (begunBytes == 0) {
          emit(block, from, at, sink);
        } else {
          begin(block, from, at);
          finish(sink);
        }
        from = at + 1;
      }
    }
    begin(block, from, length);
  }

  /// There is no more: what stands behind the last `\n` is a line too, unless it is empty.
  void end(Sink sink) throws Failure {
    if (begunBytes > 0 || whole) {
      finish(sink);
    }
  }

  private void begin(byte[] block, int from, int to) throws Failure {
    check(begunBytes + (to - from));
    if (begun.length - begunBytes < to - from) {
      begun = Arrays.copyOf(begun, Math.max(begun.length * 2, begunBytes + (to - from)));
    }
    System.arraycopy(block, from, begun, begunBytes, to - from);
    begunBytes += to - from;
  }

  private void finish(Sink sink) throws Failure {
    int length = begunBytes;
    begunBytes = 0;
    emit(begun, 0, length, sink);
  }

  private void emit(byte[] bytes, int from, int to, Sink sink) throws Failure {
    check(to - from);
    sink.line(number++, bytes, from, to);
  }

  private void check(int length) throws Failure {
    if (length > lineBytesMost) {
      throw new LineRefused(
          Failure.CHECK,
          "%s is larger than %d B, which the topic takes at most (max.message.bytes)"
              .formatted(whole ? "the input" : "line " + number, lineBytesMost));
    }
  }
}
