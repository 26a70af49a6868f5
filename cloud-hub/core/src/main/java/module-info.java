/// The registry of edges and streams, the intake of their sessions, the topics of a hub, and its pipelines.
module io.tributary.core {
  exports io.tributary.core;
  exports io.tributary.core.pipeline;

  requires static org.jspecify;
  requires transitive io.tributary.agent;
  requires io.tributary.record;
  requires transitive io.tributary.session;
  requires transitive io.tributary.smartmodule;
  requires transitive io.tributary.store;
}
