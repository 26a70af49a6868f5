/// Commands to devices, from a topic of the edge: each at most once, and not after its time.
module io.tributary.adapter.command {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.adapter.measurement;
  requires transitive io.tributary.settings;
  requires io.tributary.record;
  requires com.grack.nanojson;

  exports io.tributary.adapter.command;
}
