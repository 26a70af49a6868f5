package io.tributary.adapter.mqtt;

import org.jspecify.annotations.Nullable;

/// A CONNECT packet, checked (MQTT 3.1.1 and 5, section 3.1).
///
/// @param version 4 for MQTT 3.1.1, 5 for MQTT 5
/// @param keepAliveSeconds 0 for none
/// @param clientId empty when the server is to choose one
/// @param will what is to be published when its connection is lost; null without
/// @param userName null without
/// @param password null without
/// @param sessionExpirySeconds as the client asks; 0xFFFFFFFF is for ever
/// @param receiveMaximum how many messages above QoS 0 the client takes at a time
/// @param topicAliasMaximum how many topics the client takes by number
/// @param maximumPacketBytes the largest packet that the client takes
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Connect(
    int version,
    boolean cleanStart,
    int keepAliveSeconds,
    String clientId,
    @Nullable Testament will,
    @Nullable String userName,
    byte @Nullable [] password,
    boolean authenticationMethod,
    long sessionExpirySeconds,
    int receiveMaximum,
    int topicAliasMaximum,
    long maximumPacketBytes) {
  /// A will as the packet has it (section 3.1.3).
  ///
  /// @param expirySeconds of the message; negative: it does not expire
  /// @param properties that its subscribers are to have, encoded
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Testament(
      byte[] topicName,
      byte[] payload,
      int qos,
      boolean retain,
      long delaySeconds,
      long expirySeconds,
      byte[] properties) {}

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

    int receiveMaximum = (int) properties.number(Properties.RECEIVE_MAXIMUM, 0xffff);
    int aliasMaximum = (int) properties.number(Properties.TOPIC_ALIAS_MAXIMUM, 0);

    String clientId = fields.string();
    Testament will = (flags & WILL) == 0 ? null : will(version, flags, fields, properties);
    String userName = (flags & USER_NAME) == 0 ? null : fields.string();
    byte[] password = (flags & PASSWORD) == 0 ? null : fields.binary();
    fields.finish();
    return new Connect(
        version,
        cleanStart,
        keepAliveSeconds,
        clientId,
        will,
        userName,
        password,
        method,
        expiry,
        receiveMaximum,
        aliasMaximum,
        maximumPacketBytes);
  }

  private static Testament will(int version, int flags, Fields fields, Properties properties)
      throws PacketRefused {
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.WILL);
    }
    long delaySeconds = properties.number(Properties.WILL_DELAY, 0);
    long expirySeconds = properties.number(Properties.MESSAGE_EXPIRY, -1);
    byte[] forwarded = properties.forwarded();
    byte[] topicName = fields.binary();
    byte[] payload = fields.binary();
    return new Testament(
        topicName,
        payload,
        flags >>> 3 & 3,
        (flags & WILL_RETAIN) != 0,
        delaySeconds,
        expirySeconds,
        forwarded);
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
