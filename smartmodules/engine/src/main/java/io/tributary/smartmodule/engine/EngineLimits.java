package io.tributary.smartmodule.engine;

/// The bounds that do not belong to a budget, and what each one prevents.
final class EngineLimits {
  /// A file that would take minutes to compile. Fluvio's own modules have 60 KB to 3 MB.
  static final int MODULE_BYTES = 16 << 20;

  /// Tables that take the host's heap before anything runs.
  static final long TABLE_ELEMENTS = 1 << 20;

  /// Endless recursion; deep enough for what compilers make.
  static final long STACK_BYTES = 1 << 20;

  /// A guest that writes lines for ever: what one call writes beyond this is swallowed.
  static final int LOG_BYTES_A_CALL = 16 << 10;

  /// A line of a guest's log.
  static final int LOG_LINE_CHARACTERS = 500;

  /// How often a waiting caller looks whether a deadline has passed: how late a guest is stopped at most.
  static final long LOOK_NANOS = 10_000_000;

  /// How long a thread is kept for the next batch.
  static final long IDLE_SECONDS = 10;

  private EngineLimits() {}
}
