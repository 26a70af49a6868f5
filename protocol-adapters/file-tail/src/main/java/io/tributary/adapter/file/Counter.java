package io.tributary.adapter.file;

/// What the adapter counts.
enum Counter {
  LOGGED,

  /// Lines without a byte, which are passed over.
  EMPTY,

  /// No CSV, the wrong number of fields, no JSON.
  MALFORMED,
  UNREADABLE_TIME,
  NOT_UTF8,

  /// Longer than `longest-line`.
  TOO_LONG,
  REFUSED_TOO_LARGE,
  REFUSED_QUOTA,

  /// Read again in the next life.
  REFUSED_FAILED,

  /// Last lines of rotated files that had no newline and counted as whole.
  UNENDED,

  /// Files that had become shorter, or were written anew: read from their beginning.
  TRUNCATED,

  /// Files that begin with bytes of 0, which a program leaves that writes on at its old place after its file was cut.
  HOLES,

  /// Files that were rotated away, were read to their end, and are there no more.
  FINISHED,

  /// Files that were gone before they were read to their end.
  FILES_GONE,

  /// Files that are not read, since there are too many.
  FILES_BEYOND,

  /// How often a file began to be unreadable.
  FILES_UNREADABLE,

  /// How often lines began to wait for room in the journal.
  PAUSED
}
