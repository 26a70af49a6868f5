/// Eclipse Paho as the client of bridges, MQTT 3.1.1 and 5: for small agents.
module io.tributary.adapter.mqtt.paho {
  requires static org.jspecify;
  requires transitive io.tributary.adapter.mqtt.bridge;
  requires io.tributary.adapter.mqtt.mapping;
  requires io.tributary.settings;
  requires java.logging;
  requires org.eclipse.paho.client.mqttv3;
  requires org.eclipse.paho.mqttv5.client;

  exports io.tributary.adapter.mqtt.paho;

  provides io.tributary.adapter.mqtt.bridge.BrokerClientProvider with
      io.tributary.adapter.mqtt.paho.PahoProvider;
}
