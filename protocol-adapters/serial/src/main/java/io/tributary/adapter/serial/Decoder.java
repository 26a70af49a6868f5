package io.tributary.adapter.serial;

import io.tributary.adapter.measurement.Measurement;
import java.util.function.Consumer;

/// Understands frames. Pure but for what it counts; confined to one thread.
interface Decoder {
  /// Takes one frame.
  ///
  /// @param out what it says, in its order
  void take(byte[] frame, long nowNanos, Consumer<Measurement> out);
}
