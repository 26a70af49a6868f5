package io.tributary.adapter.mqtt;

import java.io.Serial;

/// A packet that ends its connection. The client is told the reason, where its version of MQTT has a way to tell.
final class PacketRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String text;

  /// Without a stack trace: a hostile client must not make us walk one for each of its packets.
  PacketRefused(Reason reason, String text) {
    super(text, null, false, false);
    this.reason = reason;
    this.text = text;
  }

  static PacketRefused malformed(String text) {
    return new PacketRefused(Reason.MALFORMED_PACKET, text);
  }

  static PacketRefused protocolError(String text) {
    return new PacketRefused(Reason.PROTOCOL_ERROR, text);
  }

  Reason reason() {
    return reason;
  }

  String text() {
    return text;
  }
}
