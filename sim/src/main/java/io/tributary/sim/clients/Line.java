package io.tributary.sim.clients;

import java.nio.charset.StandardCharsets;

/// Looks up fields in one line of JSON as Kafka's tools print it, flat and without spaces, of which a fast producer prints two hundred
/// thousand a second.
final class Line {
  /// Before the value of a field, `"name":`.
  static byte[] field(String name) {
    return ("\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
  }

  private Line() {}

  static boolean has(byte[] line, int from, int to, byte[] text) {
    return find(line, from, to, text) >= 0;
  }

  /// The number of a field, which may stand in quotes; -1 when there is no such field or it is not a number.
  static long number(byte[] line, int from, int to, byte[] field) {
    int at = find(line, from, to, field);
    if (at < 0) {
      return -1;
    }
    at += field.length;
    if (at < to && line[at] == '"') {
      at++;
    }
    long number = -1;
    for (; at < to && line[at] >= '0' && line[at] <= '9'; at++) {
      number = Math.max(0, number) * 10 + (line[at] - '0');
    }
    return number;
  }

  private static int find(byte[] line, int from, int to, byte[] text) {
    for (int at = from; at <= to - text.length; at++) {
      int same = 0;
      while (same < text.length && line[at + same] == text[same]) {
        same++;
      }
      if (same == text.length) {
        return at;
      }
    }
    return -1;
  }
}
