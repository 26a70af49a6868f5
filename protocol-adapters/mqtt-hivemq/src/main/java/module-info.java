/// The HiveMQ client as the client of bridges, MQTT 5: for gateways.
module io.tributary.adapter.mqtt.hivemq {
  requires static org.jspecify;
  requires com.hivemq.client.mqtt;
  requires transitive io.tributary.adapter.mqtt.bridge;
  requires io.tributary.adapter.mqtt.mapping;
  requires io.tributary.settings;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires static io.netty.transport.classes.epoll;
  requires io.reactivex.rxjava2;

  exports io.tributary.adapter.mqtt.hivemq;

  provides io.tributary.adapter.mqtt.bridge.BrokerClientProvider with
      io.tributary.adapter.mqtt.hivemq.HivemqProvider;
}
