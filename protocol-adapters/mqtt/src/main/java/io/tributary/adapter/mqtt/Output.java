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

  /// Bytes as they are, such as a packet that was built before.
  void raw(byte[] some) {
    room(some.length);
    System.arraycopy(some, 0, bytes, size, some.length);
    size += some.length;
  }

  /// PUBACK, PUBREC, PUBREL and PUBCOMP: the reason is left out where it is success, as MQTT 3.1.1 always does.
  void acknowledge(int type, int packetId, Reason reason, int version) {
    boolean plain = version == 4 || reason == Reason.SUCCESS;
    room(5);
    bytes[size++] = (byte) (type << 4 | (type == PacketType.PUBREL ? 2 : 0));
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

  /// SUBACK and UNSUBACK, with a code for each filter where the version has them.
  void answerFilters(int type, int packetId, byte[] codes, int version) {
    boolean hasCodes = type == PacketType.SUBACK || version == 5;
    u8(type << 4);
    variableByteInteger(2 + (version == 5 ? 1 : 0) + (hasCodes ? codes.length : 0));
    u16(packetId);
    if (version == 5) {
      u8(0);
    }
    if (hasCodes) {
      raw(codes);
    }
  }

  /// A PUBLISH to a client (MQTT 5, section 3.3).
  ///
  /// @param withTopic false when the client knows the topic by its alias
  /// @param alias of the topic; 0 for none
  void publish(Delivery delivery, int version, boolean withTopic, int alias, long nowMs) {
    Message message = delivery.message;
    boolean expires = message.expiresAtMs != Message.NEVER;
    int propertiesBytes = (expires ? 5 : 0) + (alias > 0 ? 3 : 0) + message.properties.length;
    for (int identifier : delivery.identifiers) {
      propertiesBytes += 1 + lengthOf(identifier);
    }
    int topicBytes = withTopic ? message.topicName.length : 0;
    boolean isFive = version == 5;
    u8(
        PacketType.PUBLISH << 4
            | (delivery.duplicate && delivery.qos > 0 ? 8 : 0)
            | delivery.qos << 1
            | (delivery.retain ? 1 : 0));
    variableByteInteger(
        2
            + topicBytes
            + (delivery.qos > 0 ? 2 : 0)
            + (isFive ? lengthOf(propertiesBytes) + propertiesBytes : 0)
            + message.payload.length);
    u16(topicBytes);
    if (withTopic) {
      raw(message.topicName);
    }
    if (delivery.qos > 0) {
      u16(delivery.packetId());
    }
    if (isFive) {
      variableByteInteger(propertiesBytes);
      if (expires) {
        long leftSeconds = Math.max(0, (message.expiresAtMs - nowMs + 999) / 1000);
        fourByteProperty(Properties.MESSAGE_EXPIRY, leftSeconds);
      }
      if (alias > 0) {
        twoByteProperty(Properties.TOPIC_ALIAS, alias);
      }
      for (int identifier : delivery.identifiers) {
        u8(Properties.SUBSCRIPTION_IDENTIFIER);
        variableByteInteger(identifier);
      }
      raw(message.properties);
    }
    raw(message.payload);
  }

  /// Takes back what was built behind a size.
  void cutBack(int to) {
    size = to;
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
    return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
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
