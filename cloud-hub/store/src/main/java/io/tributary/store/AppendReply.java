package io.tributary.store;

/// The answer to an append; one of the two, once, on the store's thread, or at once on the caller's
/// if the append was refused at the door (BUSY, CLOSED). It must not block.
public interface AppendReply {
  /// Everything of the stream below `end` (the edge's offset) is on disk.
  void durable(long end);

  /// Nothing of this append is stored, nor of any later one of the stream that was under way; the
  /// stream is to be opened again before the next.
  void refused(StoreRefused why);
}
