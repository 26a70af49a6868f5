package io.tributary.store;

/// The answer to the deletion of a topic; one of the two, once, on the store's thread, or at once on
/// the caller's if it was refused at the door (BUSY, CLOSED). It must not block.
public interface TopicDeleted {
  /// It is gone, and stays so.
  ///
  /// @param topic as it stood
  void deleted(TopicStatus topic);

  /// TOPIC_UNKNOWN, TOPIC_RESERVED, NO_SPACE, FAILED, BUSY, CLOSED. After FAILED it shows at the store's next start
  /// whether the topic is there; nothing is appended to it until then.
  void refused(StoreRefused why);
}
