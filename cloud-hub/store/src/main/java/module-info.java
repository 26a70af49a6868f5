/// Where a hub keeps partitions: the interface to its storage.
module io.tributary.store {
  exports io.tributary.store;

  requires static org.jspecify;
  requires transitive io.tributary.record;
}
