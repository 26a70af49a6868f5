package io.tributary.adapter.serial;

import java.util.Arrays;

/// The bytes of a frame that is under way.
final class FrameBytes {
  private static final int FIRST_CAPACITY = 128;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;

  void add(byte next) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = next;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean endsWith(byte[] word) {
    return size >= word.length
        && Arrays.equals(bytes, size - word.length, size, word, 0, word.length);
  }

  /// Gives all but the last ones, which are forgotten, and begins anew.
  byte[] takeWithout(int last) {
    byte[] taken = Arrays.copyOf(bytes, size - last);
    size = 0;
    return taken;
  }

  byte[] take() {
    return takeWithout(0);
  }
}
