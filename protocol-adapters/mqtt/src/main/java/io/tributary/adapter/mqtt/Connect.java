package io.tributary.adapter.mqtt;

/// A CONNECT packet, checked (MQTT 3.1.1 and 5, section 3.1).
///
/// @param version 4 for MQTT 3.1.1, 5 for MQTT 5
/// @param keepAliveSeconds 0 for none
/// @param clientId empty when the server is to choose one
/// @param will whether it has a will; the will itself is of no use here yet
/// @param sessionExpirySeconds as the client asks; 0xFFFFFFFF is for ever
/// @param maximumPacketBytes the largest packet that the client takes
record Connect(
    int version,
    boolean cleanStart,
    int keepAliveSeconds,
    String clientId,
    boolean will,
    boolean willRetain,
    boolean authenticationMethod,
    long sessionExpirySeconds,
    long maximumPacketBytes) {
  static final long FOR_EVER = 0xFFFFFFFFL;

  private static final int CLEAN_START = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USER_NAME = 0x80;

  /// Reads the protocol's name and level, which decide how everything after them is read and answered.
  ///
  /// @return 4 or 5
  static int readVersion(Fields fields) throws PacketRefused {
    String name = fields.string();
    int level = fields.u8();
    if (name.equals("MQTT") && (level == 4 || level == 5)) {
      return level;
    }
    if (name.equals("MQTT") || name.equals("MQIsdp")) {
      throw new PacketRefused(
          Reason.UNSUPPORTED_PROTOCOL_VERSION, "protocol level " + level + ", known are 4 and 5");
    }
    throw PacketRefused.malformed("the protocol's name is not MQTT");
  }

  /// Reads what follows the level.
  static Connect read(int version, Fields fields, Properties properties) throws PacketRefused {
    int flags = fields.u8();
    checkFlags(version, flags);
    boolean cleanStart = (flags & CLEAN_START) != 0;
    int keepAliveSeconds = fields.u16();

    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.CONNECT);
    }
    if (properties.number(Properties.RECEIVE_MAXIMUM, 1) == 0
        || properties.number(Properties.MAXIMUM_PACKET_SIZE, 1) == 0) {
      throw PacketRefused.protocolError("receive maximum or maximum packet size is 0");
    }
    boolean method = properties.has(Properties.AUTHENTICATION_METHOD);
    if (properties.has(Properties.AUTHENTICATION_DATA) && !method) {
      throw PacketRefused.protocolError("authentication data without a method");
    }
    long expiry = properties.number(Properties.SESSION_EXPIRY, 0);
    if (version == 4) {
      expiry = cleanStart ? 0 : FOR_EVER;
    }
    long maximumPacketBytes = properties.number(Properties.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);

    String clientId = fields.string();
    if ((flags & WILL) != 0) {
      if (version == 5) {
        properties.read(fields, Properties.Holder.WILL);
      }
      fields.skipString();
      fields.skipBinary();
    }
    if ((flags & USER_NAME) != 0) {
      fields.skipString();
    }
    if ((flags & PASSWORD) != 0) {
      fields.skipBinary();
    }
    fields.finish();
    return new Connect(
        version,
        cleanStart,
        keepAliveSeconds,
        clientId,
        (flags & WILL) != 0,
        (flags & WILL_RETAIN) != 0,
        method,
        expiry,
        maximumPacketBytes);
  }

  private static void checkFlags(int version, int flags) throws PacketRefused {
    int willQos = flags >>> 3 & 3;
    boolean will = (flags & WILL) != 0;
    if ((flags & 1) != 0) {
      throw PacketRefused.malformed("the reserved connect flag is set");
    }
    if (willQos == 3 || (!will && (willQos != 0 || (flags & WILL_RETAIN) != 0))) {
      throw PacketRefused.malformed("the will flags contradict each other");
    }
    if (version == 4 && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0) {
      throw PacketRefused.malformed("a password without a user name");
    }
  }
}
