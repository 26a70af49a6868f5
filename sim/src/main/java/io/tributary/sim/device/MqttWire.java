package io.tributary.sim.device;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The packets of MQTT 3.1.1 and 5 that a publisher sends, as bytes. Written by hand: the simulator shares no code with what it judges.
///
/// ```
/// byte 0: type << 4 | flags    1..4: remaining length, 7 bits a byte    then the variable header and the payload
/// ```
final class MqttWire {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  /// The first reason code of MQTT 5 that tells a failure (5, 2.4).
  static final int FAILURES_FROM = 0x80;

  private static final int LENGTH_BYTES_MOST = 4;
  private static final int HEAD_BYTES = 1 + LENGTH_BYTES_MOST;
  private static final int USER_FLAG = 0x80;
  private static final int PASSWORD_FLAG = 0x40;
  private static final int WILL_FLAGS = 0x0c; // a will of QoS 1
  private static final int CLEAN_FLAG = 0x02;
  private static final byte SESSION_EXPIRY = 0x11;

  /// Longer than any outage that is simulated: MQTT 5 would else end the session with the connection.
  private static final int SESSION_EXPIRY_S = 86_400;

  private MqttWire() {}

  /// What CONNECT says.
  ///
  /// @param isClean whether a session of before is thrown away, and this one with the connection
  /// @param willTopic null for none
  record Connect(
      Protocol protocol,
      String clientId,
      boolean isClean,
      int keepAliveS,
      @Nullable String user,
      @Nullable String password,
      @Nullable String willTopic,
      String will) {}

  static void connect(Outbox out, Connect connect) {
    boolean five = connect.protocol() == Protocol.MQTT_5;
    byte[] id = utf8(connect.clientId());
    byte[] user = optional(connect.user());
    byte[] password = optional(connect.password());
    byte[] willTopic = optional(connect.willTopic());
    byte[] will = connect.willTopic() == null ? new byte[0] : utf8(connect.will());
    int length = 10 + (five ? 6 : 0) + 2 + id.length;
    int flags = connect.isClean() ? CLEAN_FLAG : 0;
    if (connect.willTopic() != null) {
      flags |= WILL_FLAGS;
      length += (five ? 1 : 0) + 4 + willTopic.length + will.length;
    }
    if (connect.user() != null) {
      flags |= USER_FLAG;
      length += 2 + user.length;
    }
    if (connect.password() != null) {
      flags |= PASSWORD_FLAG;
      length += 2 + password.length;
    }
    ByteBuffer to = head(out, 0x10, length);
    string(to, utf8("MQTT"));
    to.put((byte) connect.protocol().level()).put((byte) flags);
    to.putShort((short) connect.keepAliveS());
    if (five) {
      to.put((byte) 5).put(SESSION_EXPIRY).putInt(connect.isClean() ? 0 : SESSION_EXPIRY_S);
    }
    string(to, id);
    if (connect.willTopic() != null) {
      if (five) {
        to.put((byte) 0);
      }
      string(to, willTopic);
      string(to, will);
    }
    if (connect.user() != null) {
      string(to, user);
    }
    if (connect.password() != null) {
      string(to, password);
    }
  }

  /// @param id the packet id; nothing at QoS 0
  static void publish(
      Outbox out,
      Protocol protocol,
      byte[] topic,
      int qos,
      boolean isAgain,
      int id,
      byte[] payload) {
    boolean five = protocol == Protocol.MQTT_5;
    int length = 2 + topic.length + (qos > 0 ? 2 : 0) + (five ? 1 : 0) + payload.length;
    ByteBuffer to = head(out, PUBLISH << 4 | (isAgain ? 8 : 0) | qos << 1, length);
    string(to, topic);
    if (qos > 0) {
      to.putShort((short) id);
    }
    if (five) {
      to.put((byte) 0);
    }
    to.put(payload);
  }

  static void pubrel(Outbox out, int id) {
    head(out, PUBREL << 4 | 2, 2).putShort((short) id);
  }

  static void pingreq(Outbox out) {
    head(out, 0xc0, 0);
  }

  static void disconnect(Outbox out) {
    head(out, DISCONNECT << 4, 0);
  }

  /// Writes the fixed header, and leaves room for the rest.
  private static ByteBuffer head(Outbox out, int first, int length) {
    ByteBuffer to = out.room(HEAD_BYTES + length);
    to.put((byte) first);
    int left = length;
    do {
      to.put((byte) ((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
      left >>>= 7;
    } while (left > 0);
    return to;
  }

  private static void string(ByteBuffer to, byte[] text) {
    to.putShort((short) text.length).put(text);
  }

  private static byte[] optional(@Nullable String text) {
    return text == null ? new byte[0] : utf8(text);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
