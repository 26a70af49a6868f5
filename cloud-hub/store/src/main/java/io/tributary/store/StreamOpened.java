package io.tributary.store;

/// The answer to the opening of a stream; one of the two, once, on the store's thread, or at once on
/// the caller's if it was refused at the door (BUSY, CLOSED). It must not block.
public interface StreamOpened {
  /// The stream's place is durable.
  ///
  /// @param next the edge's offset that is expected next
  /// @param digestAtNext the stream's digest there
  /// @param digestAtEdgeEnd the stream's digest at the edge's end, if that lies below `next`:
  ///     `Digest.INSIDE` where no batch ends, `Digest.UNKNOWN` where it is not kept any more
  void opened(long next, long digestAtNext, long digestAtEdgeEnd);

  void refused(StoreRefused why);
}
