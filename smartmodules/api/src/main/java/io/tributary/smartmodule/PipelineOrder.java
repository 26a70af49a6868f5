package io.tributary.smartmodule;

import org.jspecify.annotations.Nullable;

/// What the owner of a pipeline wants of it.
public sealed interface PipelineOrder {
  /// That it takes nothing more in, also behind a restart.
  record Pause() implements PipelineOrder {}

  /// That it goes on, and tries again what it has stopped at.
  record Resume() implements PipelineOrder {}

  /// That it begins anew, as a new generation. What it has written stays.
  record Reset(StartAt to) implements PipelineOrder {}

  /// Reads an order.
  ///
  /// @param to of a reset; empty with the others
  /// @return null when it is none
  static @Nullable PipelineOrder of(String order, String to) {
    return switch (order) {
      case "pause" -> new Pause();
      case "resume" -> new Resume();
      case "reset" -> {
        StartAt start = StartAt.of(to);
        yield start == null ? null : new Reset(start);
      }
      default -> null;
    };
  }

  /// What is said of an order that is none.
  static String refusal(String order, String to) {
    return order.equals("reset")
        ? "where to begin is '" + to + "'; it must be " + StartAt.WORDS + ", or an offset"
        : "the order is '" + order + "'; it must be pause, resume or reset";
  }
}
