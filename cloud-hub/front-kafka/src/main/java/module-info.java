/// The Kafka protocol over a store, for readers.
module io.tributary.front.kafka {
  exports io.tributary.front.kafka;

  requires static org.jspecify;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires io.tributary.record;
  requires transitive io.tributary.store;
  requires kafka.clients;
}
