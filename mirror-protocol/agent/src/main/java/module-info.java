/// A named duty cycle on one thread: the only place that starts a data-path thread. Whether it moves, the
/// server that tells so, and how commands ask it.
module io.tributary.agent {
  requires static transitive org.jspecify;
  requires transitive com.grack.nanojson;
  requires transitive jdk.httpserver;

  exports io.tributary.agent;
}
