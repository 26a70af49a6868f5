package io.tributary.log;

/// What a group of a journal commits beside its readings.
sealed interface Change {
  /// A stream is born.
  record StreamCreated(long streamId, String topic) implements Change {}

  /// The hub has acknowledged a stream up to an offset.
  record Acked(long streamId, long end) implements Change {}

  /// Offsets of a stream have no records.
  record GapDeclared(long streamId, DeclaredGap gap) implements Change {}

  /// A stream has ended; a successor goes on with what it held behind that.
  record StreamSealed(long streamId, Seal seal) implements Change {}

  /// A key of the state has a new value.
  @SuppressWarnings("ArrayRecordComponent") // changes are not compared
  record StateSet(String key, byte[] value) implements Change {}

  /// A key of the state is gone.
  record StateRemoved(String key) implements Change {}
}
