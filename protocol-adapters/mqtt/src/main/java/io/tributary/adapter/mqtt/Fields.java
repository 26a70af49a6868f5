package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the fields of a packet's body, in their order; every one is checked against the body's end.
final class Fields {
  private byte[] bytes = {};
  private int at;
  private int end;

  /// Starts over, on another body.
  void over(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return at;
  }

  int end() {
    return end;
  }

  int remaining() {
    return end - at;
  }

  int u8() throws PacketRefused {
    need(1);
    return bytes[at++] & 0xff;
  }

  int u16() throws PacketRefused {
    need(2);
    int value = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    at += 2;
    return value;
  }

  /// A packet identifier, which is never 0 (section 2.2.1).
  int packetId() throws PacketRefused {
    int packetId = u16();
    if (packetId == 0) {
      throw PacketRefused.protocolError("packet identifier 0");
    }
    return packetId;
  }

  long u32() throws PacketRefused {
    long high = u16();
    return high << 16 | u16();
  }

  /// A number of one to four bytes, in its shortest form (MQTT 5, section 1.5.5).
  int variableByteInteger() throws PacketRefused {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int part = u8();
      value |= (part & 0x7f) << (7 * i);
      if (part < 0x80) {
        if (i > 0 && part == 0) {
          throw PacketRefused.malformed("a variable byte integer is not in its shortest form");
        }
        return value;
      }
    }
    throw PacketRefused.malformed("a variable byte integer has more than four bytes");
  }

  String string() throws PacketRefused {
    int length = u16();
    int from = skip(length);
    checkUtf8(from, length);
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  void skipString() throws PacketRefused {
    int length = u16();
    checkUtf8(skip(length), length);
  }

  void skipBinary() throws PacketRefused {
    skip(u16());
  }

  /// Bytes behind their length, as a copy.
  byte[] binary() throws PacketRefused {
    int length = u16();
    int from = skip(length);
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  /// Steps over some bytes and answers where they began.
  int skip(int length) throws PacketRefused {
    need(length);
    int from = at;
    at += length;
    return from;
  }

  /// All that is left, as a copy.
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  void finish() throws PacketRefused {
    if (at != end) {
      throw PacketRefused.malformed((end - at) + " bytes are left over at the packet's end");
    }
  }

  private void checkUtf8(int from, int length) throws PacketRefused {
    if (!Utf8.isValid(bytes, from, from + length)) {
      throw PacketRefused.malformed("a string is not valid UTF-8");
    }
  }

  private void need(int count) throws PacketRefused {
    if (end - at < count) {
      throw PacketRefused.malformed("the packet ends within a field");
    }
  }
}
