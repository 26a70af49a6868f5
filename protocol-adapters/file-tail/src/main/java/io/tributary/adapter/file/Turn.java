package io.tributary.adapter.file;

/// What a turn of a file has left of it.
enum Turn {
  /// Nothing.
  DRAINED,

  /// A line that has no end yet.
  PARTIAL,
  MORE,

  /// More, and the journal has no room.
  NO_ROOM,

  /// It was renamed or deleted since the last look; the next one tells where it is.
  MOVED
}
