package io.tributary.store;

/// The answer to the deletion of a partition's first records; one of the two, once, on the store's thread, or at once on the
/// caller's if it was refused at the door (BUSY, CLOSED). It must not block.
public interface RecordsDeleted {
  /// Nobody reads them any more.
  ///
  /// @param startOffset the first offset that is kept
  void deleted(long startOffset);

  /// TOPIC_UNKNOWN, TOPIC_MIRRORED, OFFSET_OUT_OF_RANGE, NO_SPACE, UNREADABLE, FAILED, BUSY, CLOSED. After FAILED the
  /// store's next start may find them deleted.
  void refused(StoreRefused why);
}
