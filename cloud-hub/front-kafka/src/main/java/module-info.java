/// The Kafka protocol over a store, and the codecs of its clients.
module io.tributary.front.kafka {
  exports io.tributary.front.kafka;
  exports io.tributary.front.kafka.access;

  requires static org.jspecify;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires transitive io.netty.handler;
  requires transitive io.netty.transport;
  requires io.tributary.record;
  requires transitive io.tributary.store;
  requires transitive java.security.sasl;
  requires transitive kafka.clients;
  requires com.github.luben.zstd_jni;
  requires snappy.java;

  uses io.tributary.front.kafka.Groups.Provider;

  provides io.tributary.record.Compression with
      io.tributary.front.kafka.Lz4Compression,
      io.tributary.front.kafka.SnappyCompression,
      io.tributary.front.kafka.ZstdCompression;
}
