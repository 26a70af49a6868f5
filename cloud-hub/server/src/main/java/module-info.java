/// The hub: its configuration, its wiring, its command line.
module io.tributary.hub {
  requires static transitive org.jspecify;
  requires com.grack.nanojson;
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.tributary.agent;
  requires io.tributary.core;
  requires io.tributary.front.kafka;
  requires io.tributary.link;
  requires io.tributary.log;
  requires io.tributary.record;
  requires io.tributary.session;
  requires io.tributary.settings;
  requires io.tributary.smartmodule;
  requires io.tributary.store.log;
  requires io.tributary.store;
  requires java.security.sasl;
  requires jdk.httpserver;

  opens io.tributary.hub to
      info.picocli;
  opens io.tributary.hub.cli to
      info.picocli;
  opens io.tributary.hub.pipeline to
      info.picocli;
  opens io.tributary.hub.smartmodule to
      info.picocli;
  opens io.tributary.hub.users to
      info.picocli;
}
