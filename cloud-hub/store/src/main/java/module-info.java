/// Where a hub keeps partitions: the interface, and the conformance suite of its implementations.
module io.tributary.store {
  requires static org.jspecify;
  requires io.tributary.record;
}
