package io.tributary.log;

/// What a class of the edge does when its quota or its disk is full of readings that the hub does not have.
public enum FullPolicy {
  /// The sources wait. Nothing is lost here.
  BLOCK,
  /// The oldest segment goes; a Gap says what it held.
  DROP_OLDEST,
  /// New readings are refused; they take offsets, and a Gap says which.
  DROP_NEWEST
}
