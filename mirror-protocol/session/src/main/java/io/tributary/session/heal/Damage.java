package io.tributary.session.heal;

/// Records of a stream that cannot be read any more, as one finding names them.
///
/// @param <F> the finding, with the place that only the log understands
/// @param kind in the log's own words
/// @param to behind the last one
/// @param peer whom to ask, in words
/// @param inPieces whether a part of it can be written before the rest has come
public record Damage<F>(
    F finding, Enum<?> kind, long streamId, long from, long to, String peer, boolean inPieces) {

  /// Damage with the same key is the same, wherever it lies.
  record Key(Enum<?> kind, long streamId, long from, long to) {}

  Key key() {
    return keyOf(from, to);
  }

  /// Of a part of it.
  Key keyOf(long partFrom, long partTo) {
    return new Key(kind, streamId, partFrom, partTo);
  }
}
