/// What a source of readings must offer to an edge, and what the edge offers to it.
module io.tributary.adapter {
  requires static org.jspecify;
  requires io.tributary.record;
  requires io.tributary.settings;
}
