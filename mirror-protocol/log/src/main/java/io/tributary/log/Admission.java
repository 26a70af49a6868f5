package io.tributary.log;

/// What became of something that was to be added to a journal's open group.
public enum Admission {
  /// It is in the group and is durable when the group is. A reading's offset is {@link Journal#lastOffset}.
  ADMITTED,
  /// The reading is refused by {@link FullPolicy#DROP_NEWEST}; it took the offset {@link Journal#lastOffset}, and a Gap
  /// that covers it is durable when the group is.
  DROPPED,
  /// There is no room, or a bound is reached: nothing changed. Wait until room returns.
  FULL,
  /// The group is full: nothing changed. Commit it, then try again.
  GROUP_FULL
}
