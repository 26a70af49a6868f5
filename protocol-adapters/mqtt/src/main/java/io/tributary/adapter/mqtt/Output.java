package io.tributary.adapter.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds what is sent: the server's packets, one after the other, in a buffer that is reused. Strings are cut to what the
/// protocol can hold.
final class Output {
  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  /// What was built; the output is empty afterwards.
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, size);
    size = 0;
    return taken;
  }

  /// A packet that was built before.
  void packet(byte[] packet) {
    room(packet.length);
    System.arraycopy(packet, 0, bytes, size, packet.length);
    size += packet.length;
  }

  /// PUBACK, PUBREC and PUBCOMP: the reason is left out where it is success, as MQTT 3.1.1 always does.
  void acknowledge(int type, int packetId, Reason reason, int version) {
    boolean plain = version == 4 || reason == Reason.SUCCESS;
    room(5);
    bytes[size++] = (byte) (type << 4);
    bytes[size++] = (byte) (plain ? 2 : 3);
    bytes[size++] = (byte) (packetId >>> 8);
    bytes[size++] = (byte) packetId;
    if (!plain) {
      bytes[size++] = (byte) reason.code;
    }
  }

  void pingResponse() {
    u8(PacketType.PINGRESP << 4);
    u8(0);
  }

  /// MQTT 3.1.1: return code and session present.
  void connack(boolean sessionPresent, int returnCode) {
    u8(PacketType.CONNACK << 4);
    u8(2);
    u8(sessionPresent ? 1 : 0);
    u8(returnCode);
  }

  /// MQTT 5, with properties built by the caller.
  void connack(boolean sessionPresent, Reason reason, Output properties) {
    u8(PacketType.CONNACK << 4);
    variableByteInteger(2 + lengthOf(properties.size) + properties.size);
    u8(sessionPresent ? 1 : 0);
    u8(reason.code);
    properties(properties);
  }

  /// MQTT 5: why the server closes.
  void disconnect(Reason reason, String text) {
    Output properties = new Output();
    properties.property(Properties.REASON_STRING, text);
    u8(PacketType.DISCONNECT << 4);
    variableByteInteger(1 + lengthOf(properties.size) + properties.size);
    u8(reason.code);
    properties(properties);
  }

  /// SUBACK and UNSUBACK with the same answer to each of `count` filters.
  void answerFilters(int type, int packetId, int count, int code, int version) {
    boolean codes = type == PacketType.SUBACK || version == 5;
    u8(type << 4);
    variableByteInteger(2 + (version == 5 ? 1 : 0) + (codes ? count : 0));
    u16(packetId);
    if (version == 5) {
      u8(0);
    }
    for (int i = 0; codes && i < count; i++) {
      u8(code);
    }
  }

  void property(int id, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, 0xffff);
    u8(id);
    u16(length);
    room(length);
    System.arraycopy(utf8, 0, bytes, size, length);
    size += length;
  }

  void byteProperty(int id, int value) {
    u8(id);
    u8(value);
  }

  void twoByteProperty(int id, int value) {
    u8(id);
    u16(value);
  }

  void fourByteProperty(int id, long value) {
    u8(id);
    u16((int) (value >>> 16));
    u16((int) value);
  }

  private void properties(Output properties) {
    variableByteInteger(properties.size);
    room(properties.size);
    System.arraycopy(properties.bytes, 0, bytes, size, properties.size);
    size += properties.size;
  }

  private void variableByteInteger(int value) {
    int left = value;
    while (left >= 0x80) {
      u8((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    u8(left);
  }

  private static int lengthOf(int value) {
    return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
  }

  private void u16(int value) {
    u8(value >>> 8);
    u8(value);
  }

  private void u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  private void room(int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
    }
  }
}
