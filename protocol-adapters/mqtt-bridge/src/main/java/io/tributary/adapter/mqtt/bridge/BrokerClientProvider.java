package io.tributary.adapter.mqtt.bridge;

/// A client library that bridges can use, found by ServiceLoader, so that an image has the one that its owner needs.
public interface BrokerClientProvider {
  /// The word that a configuration uses for it, such as `paho`.
  String name();

  /// Which is taken where the configuration names none: the one with the lowest number.
  int rank();

  boolean speaks(MqttVersion version);

  /// Makes the client of one connection. It does nothing before {@link BrokerClient#dial}.
  BrokerClient open(ConnectionPlan plan, BrokerEvents events);
}
