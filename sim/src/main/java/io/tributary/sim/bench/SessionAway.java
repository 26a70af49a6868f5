package io.tributary.sim.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// A client that has subscribed and is away: its server queues for it.
final class SessionAway {
  private SessionAway() {}

  /// Begins its session anew.
  static void make(InetSocketAddress address, String filter) throws IOException {
    String uri = "tcp://" + address.getHostString() + ":" + address.getPort();
    try (MqttClient client = new MqttClient(uri, "away", new MemoryPersistence())) {
      for (boolean clean : new boolean[] {true, false}) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        client.connect(options);
        if (!clean) {
          client.subscribe(filter, 1);
        }
        client.disconnect();
      }
    } catch (MqttException e) {
      throw new IOException("no session that is away: " + e.getMessage(), e);
    }
  }
}
