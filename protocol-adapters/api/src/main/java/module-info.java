/// What a source of readings must offer to an edge, and what the edge offers to it.
module io.tributary.adapter {
  requires static transitive org.jspecify;
  requires transitive io.tributary.record;
  requires transitive io.tributary.settings;

  exports io.tributary.adapter;
}
