package io.tributary.session;

/// Where a stream stands within a session, at either end.
public enum StreamState {
  /// The edge has it; it is not opened yet.
  OFFERED,
  /// Open was sent or received; the hub's store has not answered yet.
  OPENING,
  /// The hub has answered; the edge compares digests.
  CHECKING,
  /// The edge lost a tail and moves its end to the hub's.
  JUMPING,
  /// Batches flow.
  STREAMING,
  /// One of the two refused it; the others go on.
  REFUSED
}
