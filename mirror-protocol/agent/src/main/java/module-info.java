/// A named duty cycle on one thread: the only place that starts a data-path thread. Whether it moves, and the
/// server that tells so.
module io.tributary.agent {
  requires static transitive org.jspecify;
  requires transitive com.grack.nanojson;
  requires transitive jdk.httpserver;

  exports io.tributary.agent;
}
