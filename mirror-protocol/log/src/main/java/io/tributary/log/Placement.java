package io.tributary.log;

import io.tributary.record.BatchView;
import java.nio.ByteBuffer;

/// The first bytes of a batch, which its CRC does not cover: base offset, length, leader epoch.
final class Placement {
  static final int LEADER_EPOCH = 12;
  static final int BYTES = 16;

  private static final int LENGTH = 8;

  /// The leader epoch of every batch.
  static final int NO_EPOCH = -1;

  private Placement() {}

  /// The bytes that a batch should begin with.
  static ByteBuffer of(BatchView batch, long baseOffset) {
    return of(batch.batchLength(), baseOffset);
  }

  static ByteBuffer of(int batchLength, long baseOffset) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(baseOffset).putInt(LENGTH, batchLength).putInt(LEADER_EPOCH, NO_EPOCH);
    return bytes.clear();
  }

  /// Gives a batch that begins at 0 its base offset, and no leader epoch.
  static void set(ByteBuffer batch, long baseOffset) {
    set(batch, 0, baseOffset);
  }

  /// Gives the batch at an absolute position its base offset, and no leader epoch.
  static void set(ByteBuffer batch, int position, long baseOffset) {
    batch.putLong(position, baseOffset).putInt(position + LEADER_EPOCH, NO_EPOCH);
  }
}
