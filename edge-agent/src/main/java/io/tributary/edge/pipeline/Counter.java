package io.tributary.edge.pipeline;

/// What a pipeline counts.
enum Counter {
  /// Records that it has read.
  READ,
  /// Records that came out and are on disk.
  WRITTEN,
  /// Records that a guest failed on and that are in the topic of dead letters.
  DEAD_LETTERS,
  /// Records that a guest failed on and that were left out.
  SKIPPED,
  /// Records that were deleted before they were read.
  MISSED,
  /// Outputs that the class of the target had no room for; a Gap names them.
  REFUSED
}
