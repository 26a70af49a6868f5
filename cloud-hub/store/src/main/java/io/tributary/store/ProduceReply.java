package io.tributary.store;

/// The answer to a producer's batch; one of the two, once, on the store's thread, or at once on the caller's if it was
/// refused at the door (BUSY, CLOSED). It must not block.
public interface ProduceReply {
  /// The batch is on disk, since now or since it was written before.
  ///
  /// @param baseOffset of its first record
  void durable(long baseOffset);

  /// Nothing of it is stored.
  void refused(StoreRefused why);
}
