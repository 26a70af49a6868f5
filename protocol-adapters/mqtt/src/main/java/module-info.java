/// An MQTT 3.1.1 and 5 broker for devices and local subscribers.
module io.tributary.adapter.mqtt {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.tributary.adapter.mqtt.mapping;
  requires io.tributary.adapter.mqtt.users;
  requires io.tributary.agent;
  requires io.tributary.record;
  requires io.tributary.link;

  exports io.tributary.adapter.mqtt;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.mqtt.MqttAdapterType;
}
