/// An adapter to begin from: lines over TCP, each acknowledged when it is on disk.
module io.tributary.adapter.template {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.agent;

  exports io.tributary.adapter.template;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.template.LinesAdapterType;
}
