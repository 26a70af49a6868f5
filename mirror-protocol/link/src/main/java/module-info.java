/// The connection of an edge to its hub, on JDK sockets with mutual TLS, with backoff.
module io.tributary.link {
  requires static transitive org.jspecify;
  requires io.tributary.agent;
  requires transitive io.tributary.session;

  exports io.tributary.link;
}
