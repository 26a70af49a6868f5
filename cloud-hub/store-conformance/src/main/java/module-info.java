/// What every store must do: one suite of tests, run by each implementation of the storage interface.
module io.tributary.store.conformance {
  exports io.tributary.store.conformance;

  requires static org.jspecify;
  requires transitive io.tributary.store;
  requires transitive io.tributary.record;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;
}
