package io.tributary.adapter.modbus;

/// What the adapter counts beside its {@link io.tributary.adapter.measurement.Feed}.
enum Counter {
  /// Connections, or openings of the port.
  OPENED,
  OPENS_FAILED,
  /// Connections or ports that went away.
  LOST,
  REQUESTS,
  ANSWERS,
  /// Answers that say why there is no value.
  EXCEPTIONS,
  TIME_OUTS,
  RETRIES,
  /// Answers with a wrong checksum.
  CHECKSUM_WRONG,
  /// Answers to something else: late, or of another unit, or with another transaction id.
  FOREIGN,
  /// Bytes that were in no answer.
  BYTES_PASSED_OVER,
  /// Polls that were left out since the line had no time for them.
  SKIPPED,
  /// Values within their deadband, which are not logged.
  UNCHANGED,
  /// Registers that hold no value of their type.
  IMPOSSIBLE
}
