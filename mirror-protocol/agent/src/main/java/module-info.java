/// A named duty cycle on one thread: the only place that starts a data-path thread.
module io.tributary.agent {
  requires static transitive org.jspecify;

  exports io.tributary.agent;
}
