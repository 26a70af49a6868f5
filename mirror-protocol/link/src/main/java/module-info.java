/// The connection of an edge to its hub, on JDK sockets with mutual TLS, with backoff.
module io.tributary.link {
  requires static org.jspecify;
  requires io.tributary.agent;
  requires io.tributary.session;
}
