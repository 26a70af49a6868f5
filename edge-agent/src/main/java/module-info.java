/// The edge agent: its configuration, its wiring, its command line.
module io.tributary.edge {
  requires static org.jspecify;
  requires com.grack.nanojson;
  requires info.picocli;
  requires io.tributary.adapter;
  requires io.tributary.adapter.mqtt.users;
  requires io.tributary.agent;
  requires io.tributary.link;
  requires io.tributary.log;
  requires io.tributary.record;
  requires io.tributary.session;
  requires io.tributary.settings;
  requires io.tributary.smartmodule;
  requires jdk.httpserver;

  uses io.tributary.adapter.AdapterType;

  opens io.tributary.edge to
      info.picocli;
}
