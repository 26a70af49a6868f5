/// The mirror protocol: frames, their codecs, and the two halves of a session as pure state machines.
module io.tributary.session {
  requires static org.jspecify;
  requires transitive io.tributary.record;

  exports io.tributary.session;
  exports io.tributary.session.frame;
  exports io.tributary.session.heal;
}
