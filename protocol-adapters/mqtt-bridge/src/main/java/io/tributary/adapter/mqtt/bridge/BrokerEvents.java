package io.tributary.adapter.mqtt.bridge;

import java.util.List;

/// What a client tells of its connection. Callable from any thread of the client; of these only {@link #arrived} waits.
public interface BrokerEvents {
  /// CONNACK has come.
  void connected(Welcome welcome);

  /// SUBACK has come.
  ///
  /// @param refused the filters that the broker refused
  void subscribed(List<String> refused);

  /// The connection has ended, or did not come to be.
  ///
  /// @param why in words that a status can show
  void ended(String why);

  /// A message has come in. Waits while the bridge has no room, so that the client reads no further.
  ///
  /// @return false when the connection is over: the message was not taken and must not be acknowledged
  boolean arrived(Arrival arrival);

  /// The broker has released a QoS 2 publish (PUBREL).
  ///
  /// @param complete sends PUBCOMP; the bridge calls it when the disk has forgotten the identifier
  void released(int packetId, Runnable complete);

  /// The broker has answered a publish of QoS 1 or 2 for good: PUBACK, PUBCOMP, or a PUBREC that refuses. One of QoS 0 was
  /// written. Not called for those whose connection ends before.
  ///
  /// @param number the {@link Departure}'s
  /// @param reason 0 to 127: taken; from 128 on: refused (MQTT 5, section 2.4)
  void departed(long number, int reason);
}
