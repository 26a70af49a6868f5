package io.tributary.adapter.mqtt.bridge;

/// What a broker's CONNACK says (MQTT 5, section 3.2.2.3); a broker of MQTT 3.1.1 sets no bounds.
///
/// @param sessionPresent whether the broker knows this client's session
/// @param receiveMaximum how many publishes above QoS 0 it takes before it has answered the first, 1 to 65,535
/// @param packetBytesMost the largest packet that it takes
/// @param qosMost the highest QoS that it takes
/// @param mayRetain whether it takes retained messages
public record Welcome(
    boolean sessionPresent,
    int receiveMaximum,
    long packetBytesMost,
    int qosMost,
    boolean mayRetain) {
  /// The largest that the protocol can express (section 2.1.4), with its fixed header.
  public static final long PACKET_BYTES_MOST = 268_435_455L + 5;

  /// A broker without bounds.
  public static Welcome unbounded(boolean sessionPresent) {
    return new Welcome(sessionPresent, 65_535, PACKET_BYTES_MOST, 2, true);
  }
}
