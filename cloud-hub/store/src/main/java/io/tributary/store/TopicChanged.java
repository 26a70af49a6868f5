package io.tributary.store;

/// The answer to a change of a topic; one of the two, once, on the store's thread, or at once on the caller's if it was
/// refused at the door (BUSY, CLOSED). It must not block.
public interface TopicChanged {
  /// The change is durable.
  ///
  /// @param topic as it stands
  void changed(TopicStatus topic);

  /// TOPIC_UNKNOWN, NO_SPACE, FAILED, BUSY, CLOSED, and what the method names. After FAILED the store's next start may find
  /// the change done.
  void refused(StoreRefused why);
}
