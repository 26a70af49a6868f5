package io.tributary.core.pipeline;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What is appended at once, and made durable by one intent.
///
/// @param before where the lane stands without it
/// @param after where it stands with it
/// @param outputs one batch for the derived partition; null: nothing
/// @param dead one batch for the partition of dead letters; null: nothing
/// @param saves whether `after` has a state that no slot has yet
record Portion(
    Point before,
    Point after,
    @Nullable ByteBuffer outputs,
    int outputCount,
    @Nullable ByteBuffer dead,
    int deadCount,
    boolean saves) {
  /// Whether a crash before it costs nothing but to do it again.
  boolean isNothing() {
    return outputCount == 0 && deadCount == 0 && !saves;
  }
}
