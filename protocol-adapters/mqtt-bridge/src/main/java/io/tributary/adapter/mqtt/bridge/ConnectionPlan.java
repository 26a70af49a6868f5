package io.tributary.adapter.mqtt.bridge;

import io.tributary.settings.HostAndPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection, as a client is to make it.
///
/// @param sessionExpirySeconds for MQTT 5; 0 with `cleanStart`
/// @param tls null: plain TCP
/// @param serverName what the broker's certificate must show
/// @param receiveMaximum how many QoS 1 and 2 messages an MQTT 5 broker may send before the first is acknowledged
/// @param sendMaximum how many messages are sent before the first is answered; 0: none is
public record ConnectionPlan(
    HostAndPort address,
    MqttVersion version,
    String clientId,
    boolean cleanStart,
    long sessionExpirySeconds,
    Duration keepAlive,
    Duration connectTimeout,
    @Nullable String user,
    @Nullable String password,
    @Nullable TlsParts tls,
    String serverName,
    int receiveMaximum,
    int sendMaximum,
    List<Subscription> subscriptions) {
  /// What an MQTT 5 broker may send before the first is acknowledged, where nobody says otherwise.
  static final int RECEIVE_MAXIMUM = 1000;

  ConnectionPlan withPassword(@Nullable String read) {
    return with(cleanStart, sessionExpirySeconds, read, receiveMaximum, sendMaximum, subscriptions);
  }

  /// A connection that subscribes.
  ConnectionPlan receiving(
      boolean isClean, long expirySeconds, int maximum, List<Subscription> all) {
    return with(isClean, expirySeconds, password, maximum, sendMaximum, all);
  }

  /// A connection that publishes.
  ConnectionPlan sending(int maximum) {
    return with(cleanStart, sessionExpirySeconds, password, receiveMaximum, maximum, subscriptions);
  }

  private ConnectionPlan with(
      boolean isClean,
      long expirySeconds,
      @Nullable String read,
      int receiving,
      int sending,
      List<Subscription> all) {
    return new ConnectionPlan(
        address,
        version,
        clientId,
        isClean,
        expirySeconds,
        keepAlive,
        connectTimeout,
        user,
        read,
        tls,
        serverName,
        receiving,
        sending,
        all);
  }

  /// Without the password.
  @Override
  public String toString() {
    return clientId + " at " + address + ", MQTT " + version.word();
  }
}
