/// Readings that are posted over HTTP, each request answered when it is on disk.
module io.tributary.adapter.http {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires com.grack.nanojson;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.tributary.adapter.measurement;
  requires io.tributary.agent;
  requires io.tributary.link;

  exports io.tributary.adapter.http;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.http.HttpAdapterType;
}
