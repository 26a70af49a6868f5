package io.tributary.log;

import io.tributary.record.BatchView;
import java.nio.ByteBuffer;

/// The first bytes of a batch, which its CRC does not cover: base offset, length, leader epoch.
final class Placement {
  static final int LEADER_EPOCH = 12;
  static final int BYTES = 16;

  private static final int LENGTH = 8;
  private static final int NONE = -1;

  private Placement() {}

  /// The bytes that a batch should begin with.
  static ByteBuffer of(BatchView batch, long baseOffset) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(baseOffset).putInt(LENGTH, batch.batchLength()).putInt(LEADER_EPOCH, NONE);
    return bytes.clear();
  }

  /// Gives a batch that begins at 0 its base offset, and no leader epoch.
  static void set(ByteBuffer batch, long baseOffset) {
    batch.putLong(0, baseOffset).putInt(LEADER_EPOCH, NONE);
  }
}
