package io.tributary.log;

import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Crc32C;
import java.nio.ByteBuffer;

/// The first bytes of a batch, which its CRC does not cover: base offset, length, leader epoch.
final class Placement {
  static final int LEADER_EPOCH = 12;
  static final int BYTES = 16;

  private static final int LENGTH = 8;

  /// The leader epoch of every batch.
  static final int NO_EPOCH = -1;

  private static final int CRC = 17;
  private static final int COVERED = 21;
  private static final int PRODUCER_ID = 43;
  private static final int PRODUCER_EPOCH = 51;
  private static final int BASE_SEQUENCE = 53;

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

  /// Makes a batch, which begins at a position of a buffer, that of a place in another stream. The identity lies under the
  /// CRC, so that is made anew; the records stay as they are, compressed or not.
  static void identify(ByteBuffer bytes, int at, int sizeBytes, BatchIdentity identity) {
    bytes.putLong(at, identity.streamOffset()).putInt(at + LEADER_EPOCH, NO_EPOCH);
    bytes.putLong(at + PRODUCER_ID, identity.producerId());
    bytes.putShort(at + PRODUCER_EPOCH, identity.producerEpoch());
    bytes.putInt(at + BASE_SEQUENCE, identity.baseSequence());
    bytes.putInt(at + CRC, Crc32C.of(bytes, at + COVERED, sizeBytes - COVERED));
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
