package io.tributary.adapter.mqtt;

/// The CONNACK that opens a conversation, and for MQTT 5 says what this server has and has not (section 3.2.2.3).
final class Welcome {
  private Welcome() {}

  /// Builds the packet.
  ///
  /// @param assigned the client identifier that the server chose; empty when the client brought its own
  static byte[] build(
      MqttSettings settings,
      Connect connect,
      boolean sessionPresent,
      long expirySeconds,
      int keepAliveSeconds,
      String assigned) {
    Output packet = new Output();
    if (connect.version() == 4) {
      packet.connack(sessionPresent, 0);
      return packet.take();
    }
    Output properties = new Output();
    if (expirySeconds != connect.sessionExpirySeconds()) {
      properties.fourByteProperty(Properties.SESSION_EXPIRY, expirySeconds);
    }
    properties.twoByteProperty(Properties.RECEIVE_MAXIMUM, settings.receiveMaximum());
    properties.fourByteProperty(Properties.MAXIMUM_PACKET_SIZE, settings.maxPacketBytes());
    if (!assigned.isEmpty()) {
      properties.property(Properties.ASSIGNED_CLIENT_IDENTIFIER, assigned);
    }
    if (settings.topicAliasMaximum() > 0) {
      properties.twoByteProperty(Properties.TOPIC_ALIAS_MAXIMUM, settings.topicAliasMaximum());
    }
    if (keepAliveSeconds != connect.keepAliveSeconds()) {
      properties.twoByteProperty(Properties.SERVER_KEEP_ALIVE, keepAliveSeconds);
    }
    packet.connack(sessionPresent, Reason.SUCCESS, properties);
    return packet.take();
  }

  /// The CONNACK that refuses; empty where the version prescribes to close without a word, as before there was a CONNECT.
  ///
  /// @param version 0 when it is not known, or not one that is known
  static byte[] refuse(int version, Reason reason, String text) {
    Output packet = new Output();
    if (version != 5) {
      boolean wordless = version == 0 && reason != Reason.UNSUPPORTED_PROTOCOL_VERSION;
      if (!wordless && reason.returnCode() > 0) {
        packet.connack(false, reason.returnCode());
      }
      return packet.take();
    }
    Output properties = new Output();
    properties.property(Properties.REASON_STRING, text);
    packet.connack(false, reason, properties);
    return packet.take();
  }
}
