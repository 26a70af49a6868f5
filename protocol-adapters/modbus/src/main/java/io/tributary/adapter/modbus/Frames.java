package io.tributary.adapter.modbus;

import org.jspecify.annotations.Nullable;

/// The frames of one line: what goes around a pdu. Pure; confined to the line's thread.
interface Frames {
  /// Begins a transaction: what came before is nothing of it.
  ///
  /// @return what to send
  byte[] begin(Request request);

  /// Bytes have come while a transaction is under way, or afterwards.
  ///
  /// @return the pdu of its answer, once it is whole; null before
  /// @throws OutOfStep when nothing that follows can be understood
  byte @Nullable [] take(byte[] bytes, int count) throws OutOfStep;

  /// What has come since the transaction began and was no answer to it, for a person; empty where nothing has.
  String strange();

  /// Frames with a wrong checksum, since the start.
  long damaged();

  /// Frames that answer something else: late ones, those of another unit, since the start.
  long foreign();

  /// Bytes that are in no frame, since the start.
  long garbage();

  /// A connection whose bytes are no frames.
  final class OutOfStep extends Exception {
    private static final long serialVersionUID = 1;

    OutOfStep(String why) {
      super(why);
    }
  }
}
