/// The MQTT 3.1.1 and 5 endpoint that devices publish to.
module io.tributary.adapter.mqtt {
  requires static org.jspecify;
  requires io.netty.buffer;
  requires io.netty.codec.mqtt;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.tributary.adapter;
  requires io.tributary.record;
  requires io.tributary.settings;
}
