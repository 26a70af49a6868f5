/// The embedded store: partition logs on the local disk of one hub.
module io.tributary.store.log {
  requires static org.jspecify;
  requires io.tributary.log;
  requires io.tributary.record;
  requires io.tributary.store;
}
