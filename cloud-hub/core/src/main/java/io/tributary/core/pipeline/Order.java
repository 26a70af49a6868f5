package io.tributary.core.pipeline;

/// What the owner of a pipeline wants of it.
public sealed interface Order {
  /// That it takes nothing more in, also behind a restart.
  record Pause() implements Order {}

  /// That it goes on, and tries again what it has stopped at.
  record Resume() implements Order {}

  /// That it begins anew, as a new generation. What it has written stays.
  record Reset(StartAt to) implements Order {}
}
