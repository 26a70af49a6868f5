package io.tributary.store;

/// The answer to the creation of a topic; one of the two, once, on the store's thread, or at once on the caller's if it was
/// refused at the door (BUSY, CLOSED). It must not block.
public interface TopicCreated {
  /// It is there, and stays.
  void created(TopicStatus topic);

  /// TOPIC_NAME, TOPIC_EXISTS, NO_SPACE, FAILED, BUSY, CLOSED.
  void refused(StoreRefused why);
}
