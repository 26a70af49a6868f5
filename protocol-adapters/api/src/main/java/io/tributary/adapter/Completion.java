package io.tributary.adapter;

/// What becomes of a reading. Called once, on the thread of the journal: mark and return.
public interface Completion {
  /// The reading is on disk, forced, together with its state change.
  ///
  /// @param offset its offset in the stream of its topic
  void durable(long offset);

  /// The reading is not in the log and will not be. Its state change may be durable all the same: who must not have it takes
  /// it back with {@link Emitter#changeState}.
  void refused(Refused reason);

  /// For what nobody waits for.
  Completion NONE =
      new Completion() {
        @Override
        public void durable(long offset) {}

        @Override
        public void refused(Refused reason) {}
      };
}
