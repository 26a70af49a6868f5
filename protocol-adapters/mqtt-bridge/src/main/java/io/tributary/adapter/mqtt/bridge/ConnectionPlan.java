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
  ConnectionPlan withPassword(@Nullable String read) {
    return new ConnectionPlan(
        address,
        version,
        clientId,
        cleanStart,
        sessionExpirySeconds,
        keepAlive,
        connectTimeout,
        user,
        read,
        tls,
        serverName,
        receiveMaximum,
        sendMaximum,
        subscriptions);
  }

  /// Without the password.
  @Override
  public String toString() {
    return clientId + " at " + address + ", MQTT " + version.word();
  }
}
