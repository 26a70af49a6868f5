package io.tributary.adapter.mqtt.mapping;

/// What MQTT calls a UTF-8 string (MQTT 5, section 1.5.4): well formed, without surrogates and without U+0000.
public final class Utf8 {
  private Utf8() {}

  public static boolean isValid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (bytes[at] > 0) {
        at++;
        continue;
      }
      int length = sequence(bytes, at, to);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /// The length of the well-formed sequence of two to four bytes at `at`, or 0.
  private static int sequence(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    if (first >= 0xc2 && first <= 0xdf) {
      return follows(bytes, at + 1, to, 0x80, 0xbf) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      int low = first == 0xe0 ? 0xa0 : 0x80; // lower ones would be overlong
      int high = first == 0xed ? 0x9f : 0xbf; // higher ones are surrogates
      return follows(bytes, at + 1, to, low, high) && follows(bytes, at + 2, to, 0x80, 0xbf)
          ? 3
          : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      int low = first == 0xf0 ? 0x90 : 0x80;
      int high = first == 0xf4 ? 0x8f : 0xbf; // higher ones are beyond U+10FFFF
      return follows(bytes, at + 1, to, low, high)
              && follows(bytes, at + 2, to, 0x80, 0xbf)
              && follows(bytes, at + 3, to, 0x80, 0xbf)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean follows(byte[] bytes, int at, int to, int low, int high) {
    return at < to && (bytes[at] & 0xff) >= low && (bytes[at] & 0xff) <= high;
  }
}
