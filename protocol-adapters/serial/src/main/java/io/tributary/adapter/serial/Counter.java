package io.tributary.adapter.serial;

/// What the adapter counts beside its {@link io.tributary.adapter.measurement.Feed}.
enum Counter {
  /// How often the port was opened.
  OPENED,
  OPENS_FAILED,
  /// How often it went away.
  LOST,
  BYTES,
  /// Lines, frames, sentences or telegrams that said something.
  TAKEN,
  /// Bytes that were in no frame, or in one without an end.
  BYTES_PASSED_OVER,
  CHECKSUM_WRONG,
  /// Had no checksum, and must have one.
  UNCHECKED,
  MALFORMED,
  /// Well-formed, but with a value that cannot be.
  IMPOSSIBLE,
  /// Lines with characters that are in no sentence.
  FOREIGN,
  /// AIS messages of which a sentence never came.
  MESSAGES_INCOMPLETE
}
