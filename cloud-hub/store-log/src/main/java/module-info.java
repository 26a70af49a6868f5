/// The embedded store: partition logs on the local disk of one hub.
module io.tributary.store.log {
  exports io.tributary.store.log;

  requires static org.jspecify;
  requires transitive io.tributary.agent;
  requires transitive io.tributary.log;
  requires io.tributary.record;
  requires transitive io.tributary.store;
}
