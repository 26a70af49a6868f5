/// The journals' side of an adapter, in memory, for tests.
module io.tributary.adapter.memory {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires io.tributary.record;

  exports io.tributary.adapter.memory;
}
