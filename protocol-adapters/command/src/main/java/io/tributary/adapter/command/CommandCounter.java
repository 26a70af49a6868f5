package io.tributary.adapter.command;

/// What becomes of commands.
public enum CommandCounter {
  COMMANDS_DONE,

  /// The device did not take it, or nobody knows whether it did.
  COMMANDS_FAILED,
  COMMANDS_EXPIRED,
  COMMANDS_MALFORMED,

  /// Deleted from their topic before they were read.
  COMMANDS_MISSED
}
