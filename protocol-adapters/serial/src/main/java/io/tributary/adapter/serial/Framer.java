package io.tributary.adapter.serial;

/// Cuts what comes over a line into frames. Pure; confined to one thread.
interface Framer {
  /// What takes the frames.
  interface Frames {
    void whole(byte[] frame);

    /// Bytes that are in no frame, or of one that did not come to its end.
    void passedOver(byte[] bytes, String why);
  }

  /// Bytes have come.
  ///
  /// @param bytes of which the first `count` are meant
  void take(byte[] bytes, int count, long nowNanos, Frames frames);

  /// Time has passed and nothing came.
  void idle(long nowNanos, Frames frames);

  /// How long nothing may come before {@link #idle} must be called; `Long.MAX_VALUE` where it does not matter.
  long patienceNanos();

  /// The line is gone, or begins anew: what was begun will not be finished.
  void reset(Frames frames);
}
