/// The registry of edges and streams, the intake of their sessions, and the topics of a hub.
module io.tributary.core {
  exports io.tributary.core;

  requires static org.jspecify;
  requires transitive io.tributary.agent;
  requires io.tributary.record;
  requires transitive io.tributary.session;
  requires transitive io.tributary.store;
}
