/// The registry of edges and streams, the intake of their sessions, and the topics of a hub.
module io.tributary.core {
  requires static org.jspecify;
  requires io.tributary.record;
  requires io.tributary.session;
  requires io.tributary.store;
}
