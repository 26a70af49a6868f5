package io.tributary.sim.device;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// A CONNACK.
///
/// @param reason 0 for a connection that is accepted
/// @param receiveMaximum how many publishes above QoS 0 may wait for their acknowledgement (MQTT 5, 3.2.2.3.3)
/// @param maximumQos the highest QoS that is taken
/// @param keepAliveS what the server asks for; 0 if nothing
record ConnectAnswer(
    boolean isSessionPresent, int reason, int receiveMaximum, int maximumQos, int keepAliveS) {
  private static final int RECEIVE_MAXIMUM_UNSAID = 65_535;
  private static final int MAXIMUM_QOS_UNSAID = 2;

  /// @param body behind the fixed header
  /// @throws IOException when it is no CONNACK
  static ConnectAnswer read(Protocol protocol, ByteBuffer body) throws IOException {
    try {
      boolean isSessionPresent = (body.get() & 1) != 0;
      int reason = body.get() & 0xff;
      int receiveMaximum = RECEIVE_MAXIMUM_UNSAID;
      int maximumQos = MAXIMUM_QOS_UNSAID;
      int keepAliveS = 0;
      if (protocol == Protocol.MQTT_5 && body.hasRemaining()) {
        int end = variable(body);
        end += body.position();
        while (body.position() < end) {
          int property = body.get();
          switch (property) {
            case 0x21 -> receiveMaximum = body.getShort() & 0xffff;
            case 0x24 -> maximumQos = body.get();
            case 0x13 -> keepAliveS = body.getShort() & 0xffff;
            case 0x25, 0x28, 0x29, 0x2a -> body.get();
            case 0x22 -> body.getShort();
            case 0x11, 0x27 -> body.getInt();
            case 0x12, 0x1f, 0x1a, 0x1c, 0x15, 0x16 -> skip(body);
            case 0x26 -> {
              skip(body);
              skip(body);
            }
            default -> throw new IOException("the CONNACK has a property " + property);
          }
        }
      }
      return new ConnectAnswer(isSessionPresent, reason, receiveMaximum, maximumQos, keepAliveS);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("the CONNACK is cut short", e);
    }
  }

  private static int variable(ByteBuffer body) {
    int value = 0;
    int shift = 0;
    byte part;
    do {
      part = body.get();
      value |= (part & 0x7f) << shift;
      shift += 7;
    } while (part < 0 && shift < 28);
    return value;
  }

  private static void skip(ByteBuffer body) {
    int length = body.getShort() & 0xffff;
    body.position(body.position() + length);
  }

  boolean isAccepted() {
    return reason == 0;
  }

  /// Whether to ask again would be of no use: it is the client that is wrong.
  boolean isForGood() {
    return switch (reason) {
      case 1, 2, 4, 5 -> true; // 3.1.1: version, identifier, password, rights
      case 0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x9b -> true;
      default -> false;
    };
  }

  /// Why it was refused, in the words of the standards.
  String text() {
    return switch (reason) {
      case 1, 0x84 -> "this version of MQTT is not spoken there; try another --protocol";
      case 2, 0x85 -> "the client identifier is not allowed; see --client-id";
      case 3, 0x88 -> "the server is not available";
      case 4, 0x86 -> "the user name or the password is wrong; see --user and --password-file";
      case 5, 0x87 -> "not authorized; see --user and --password-file";
      case 0x89 -> "the server is busy";
      case 0x97 -> "a quota is exceeded";
      case 0x9b -> "this QoS is not taken; see --qos";
      case 0x9f -> "too many connections in a second; see --connects";
      default -> "reason code " + reason;
    };
  }
}
