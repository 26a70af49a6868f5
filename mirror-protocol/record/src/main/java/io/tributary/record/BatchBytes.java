package io.tributary.record;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;

/// What can be asked of a batch's bytes before the whole of it is there, and the few fields that a hub changes.
public final class BatchBytes {
  /// The bytes that tell how long a batch is: base offset and length.
  public static final int LENGTH_END = 12;

  private BatchBytes() {}

  /// The size of the batch that begins at the absolute `position`, or -1 when fewer than {@link #LENGTH_END} bytes are
  /// there. The batch itself may reach beyond the buffer's limit.
  ///
  /// @return at least {@link BatchView#HEADER_BYTES}, so that a loop over batches always moves on
  /// @throws BatchRefused with {@link Reason#LENGTH} when no batch can have this length
  public static int sizeAt(ByteBuffer buffer, int position) throws BatchRefused {
    if (buffer.limit() - position < LENGTH_END) {
      return -1;
    }
    int length = buffer.getInt(position + BatchView.BATCH_LENGTH);
    if (length < BatchView.HEADER_BYTES - LENGTH_END || length > Integer.MAX_VALUE - LENGTH_END) {
      throw new BatchRefused(Reason.LENGTH, "batch length is " + length);
    }
    return LENGTH_END + length;
  }

  /// Gives the batch at `position` another base offset. It lies outside the CRC.
  public static void setBaseOffset(ByteBuffer buffer, int position, long baseOffset) {
    buffer.putLong(position + BatchView.BASE_OFFSET, baseOffset);
  }

  /// Gives the batch that fills `batch` from 0 to its limit another greatest timestamp, and with it another CRC.
  public static void setMaxTimestamp(ByteBuffer batch, long maxTimestampMs) {
    batch.putLong(BatchView.MAX_TIMESTAMP, maxTimestampMs);
    seal(batch);
  }

  /// Gives the batch that fills `batch` from 0 to its limit a producer and the sequence number of its first record, and with
  /// them another CRC.
  public static void setProducer(
      ByteBuffer batch, long producerId, short producerEpoch, int baseSequence) {
    batch.putLong(BatchView.PRODUCER_ID, producerId);
    batch.putShort(BatchView.PRODUCER_EPOCH, producerEpoch);
    batch.putInt(BatchView.BASE_SEQUENCE, baseSequence);
    seal(batch);
  }

  /// Writes the CRC of the batch that fills `batch` from 0 to its limit; the last act of every builder.
  static void seal(ByteBuffer batch) {
    int covered = batch.limit() - BatchView.ATTRIBUTES;
    batch.putInt(BatchView.CRC, Crc32C.of(batch, BatchView.ATTRIBUTES, covered));
  }
}
