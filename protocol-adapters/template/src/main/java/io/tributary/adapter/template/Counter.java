package io.tributary.adapter.template;

/// What the adapter counts.
enum Counter {
  CONNECTED,
  /// Turned away: there were too many.
  REJECTED,
  /// Connections that ended with an error.
  LOST,
  LOGGED,
  /// Answered, and not logged a second time.
  REPEATED,
  MALFORMED,
  REFUSED,
  /// How often lines began to wait for room in the journal.
  PAUSED
}
