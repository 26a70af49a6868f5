package io.tributary.record;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A batch in place: names for the bytes at a position of a buffer. Reusable, copies nothing, moves no buffer.
///
/// ```
///  0                       8           12          16 17          21    23
/// +-----------------------+-----------+-----------+--+-----------+-----+
/// | baseOffset            | batch-    | partition-|ma| crc       | at- |
/// |                       | Length    | LeaderEp. |gi| (CRC-32C) | tri.|
/// +-----------------------+-----------+-----------+--+-----------+-----+
///  23          27                      35                      43
/// +-----------+-----------------------+-----------------------+
/// | lastOff-  | baseTimestampMs       | maxTimestampMs        |
/// | setDelta  |                       |                       |
/// +-----------+-----------------------+-----------------------+
///  43                      51    53          57          61
/// +-----------------------+-----+-----------+-----------+---------- - -
/// | producerId            | pro.| base-     | count     | records
/// | (stream id)           | Ep. | Sequence  |           |
/// +-----------------------+-----+-----------+-----------+---------- - -
/// ```
///
/// Numbers are big-endian. `batchLength` counts from offset 12 to the end; the CRC covers from offset 21 to the end, so
/// baseOffset, batchLength and partitionLeaderEpoch lie outside it.
///
/// Believe nothing before {@link #check} has returned: the accessors do not check, and on fewer than
/// {@link #HEADER_BYTES} bytes they fail as the buffer does. The buffer's limit must not shrink while it is viewed.
public final class BatchView {
  /// The bytes before the first record.
  public static final int HEADER_BYTES = 61;

  static final int BASE_OFFSET = 0;
  static final int BATCH_LENGTH = 8;
  static final int PARTITION_LEADER_EPOCH = 12;
  static final int MAGIC = 16;
  static final int CRC = 17;
  static final int ATTRIBUTES = 21;
  static final int LAST_OFFSET_DELTA = 23;
  static final int BASE_TIMESTAMP = 27;
  static final int MAX_TIMESTAMP = 35;
  static final int PRODUCER_ID = 43;
  static final int PRODUCER_EPOCH = 51;
  static final int BASE_SEQUENCE = 53;
  static final int COUNT = 57;

  static final byte MAGIC_V2 = 2;
  static final int NO_LEADER_EPOCH = -1;

  static final int COMPRESSION_MASK = 0x07;
  static final int APPEND_TIME_BIT = 0x08;
  static final int TRANSACTIONAL_BIT = 0x10;
  static final int CONTROL_BIT = 0x20;
  static final int DELETE_HORIZON_BIT = 0x40;

  /// Length, attributes, two deltas, two lengths and the number of headers, one byte each.
  private static final int RECORD_BYTES_LEAST = 7;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer buffer = NOTHING;
  private int position;

  /// Views the batch that begins at the absolute `position` of `buffer`, which must be big-endian.
  public BatchView wrap(ByteBuffer buffer, int position) {
    if (buffer.order() != ByteOrder.BIG_ENDIAN) {
      throw new IllegalArgumentException("a batch is big-endian, the buffer is not");
    }
    this.buffer = buffer;
    this.position = position;
    return this;
  }

  /// Checks everything but the records: length, magic, CRC, offsets, count. Any batch of format v2 passes that Kafka
  /// could have written. The records check themselves while {@link RecordCursor} walks over them.
  public void check(Limits limits) throws BatchRefused {
    int available = buffer.limit() - position;
    if (available < HEADER_BYTES) {
      throw new BatchRefused(Reason.TRUNCATED, available + " B are no header of a batch");
    }
    int size = BatchBytes.sizeAt(buffer, position);
    if (size > limits.batchBytes()) {
      throw new BatchRefused(
          Reason.TOO_LARGE, size + " B, allowed are at most " + limits.batchBytes());
    }
    if (size > available) {
      throw new BatchRefused(Reason.TRUNCATED, available + " B of a batch of " + size);
    }
    if (magic() != MAGIC_V2) {
      throw new BatchRefused(Reason.MAGIC, "magic is " + magic() + ", not " + MAGIC_V2);
    }
    if (!crcMatches()) {
      throw new BatchRefused(
          Reason.CRC,
          "batch at offset "
              + baseOffset()
              + " says "
              + Integer.toHexString(crc())
              + ", has "
              + Integer.toHexString(computeCrc()));
    }
    checkCount();
  }

  /// Checks what only a batch of data fulfils that an edge wrote for its stream: it passes {@link #check}; it is not
  /// transactional, control or stamped with the time of appending; it has an identity, and its base offset is the
  /// offset that the identity names; its offsets are dense. What a hub stores has a base offset of its own; there
  /// {@link #checkIdentity} is what still holds.
  public void checkFromEdge(Limits limits) throws BatchRefused {
    check(limits);
    checkIdentity();
    if (isControl()) {
      throw new BatchRefused(Reason.ATTRIBUTES, "control bit is set");
    }
    if (baseOffset() != streamOffset()) {
      throw new BatchRefused(
          Reason.OFFSETS,
          "base offset is " + baseOffset() + ", the identity says " + streamOffset());
    }
  }

  /// Checks what holds for every batch with the identity of a stream, wherever it lies, control batches included.
  /// To be called after {@link #check}.
  public void checkIdentity() throws BatchRefused {
    int attributes = attributes();
    if ((attributes & ~(COMPRESSION_MASK | CONTROL_BIT)) != 0) {
      throw new BatchRefused(
          Reason.ATTRIBUTES, "attributes are 0x" + Integer.toHexString(attributes & 0xFFFF));
    }
    if (partitionLeaderEpoch() != NO_LEADER_EPOCH) {
      throw new BatchRefused(
          Reason.IDENTITY, "leader epoch is " + partitionLeaderEpoch() + ", not -1");
    }
    if (!hasIdentity()) {
      throw new BatchRefused(
          Reason.IDENTITY,
          "stream " + producerId() + ", epoch " + producerEpoch() + ", sequence " + baseSequence());
    }
    if (isControl() ? count() != 1 : count() == 0 || count() != lastOffsetDelta() + 1) {
      throw new BatchRefused(
          Reason.COUNT, count() + " records over " + (lastOffsetDelta() + 1L) + " offsets");
    }
  }

  private void checkCount() throws BatchRefused {
    int lastOffsetDelta = lastOffsetDelta();
    if (baseOffset() < 0 || lastOffsetDelta < 0 || nextOffset() < 0) {
      throw new BatchRefused(
          Reason.OFFSETS, "base offset " + baseOffset() + ", last delta " + lastOffsetDelta);
    }
    int count = count();
    if (count < 0 || count > lastOffsetDelta + 1L) {
      throw new BatchRefused(
          Reason.COUNT, count + " records over " + (lastOffsetDelta + 1L) + " offsets");
    }
    if (compressionId() == 0 && (long) count * RECORD_BYTES_LEAST > sizeBytes() - HEADER_BYTES) {
      throw new BatchRefused(
          Reason.COUNT, count + " records in " + (sizeBytes() - HEADER_BYTES) + " B");
    }
  }

  /// A cursor before the first record. A loop over many batches reuses one by {@link RecordCursor#wrap}.
  public RecordCursor records(Limits limits) throws BatchRefused {
    return new RecordCursor(limits).wrap(this);
  }

  public boolean crcMatches() {
    return crc() == computeCrc();
  }

  private int computeCrc() {
    return Crc32C.of(buffer, position + ATTRIBUTES, sizeBytes() - ATTRIBUTES);
  }

  public ByteBuffer buffer() {
    return buffer;
  }

  /// Where in the buffer the batch begins.
  public int position() {
    return position;
  }

  /// The bytes of the whole batch as a buffer of their own, not copied.
  public ByteBuffer slice() {
    return buffer.slice(position, sizeBytes());
  }

  public long baseOffset() {
    return buffer.getLong(position + BASE_OFFSET);
  }

  /// The bytes behind this field; {@link #sizeBytes} counts all.
  public int batchLength() {
    return buffer.getInt(position + BATCH_LENGTH);
  }

  public int sizeBytes() {
    return BatchBytes.LENGTH_END + batchLength();
  }

  public int partitionLeaderEpoch() {
    return buffer.getInt(position + PARTITION_LEADER_EPOCH);
  }

  public byte magic() {
    return buffer.get(position + MAGIC);
  }

  public int crc() {
    return buffer.getInt(position + CRC);
  }

  public short attributes() {
    return buffer.getShort(position + ATTRIBUTES);
  }

  /// The codec's number; {@link Compression#byId} finds the codec.
  public int compressionId() {
    return attributes() & COMPRESSION_MASK;
  }

  /// Whether the hub's time of appending stands for the time of every record.
  public boolean isAppendTime() {
    return (attributes() & APPEND_TIME_BIT) != 0;
  }

  public boolean isTransactional() {
    return (attributes() & TRANSACTIONAL_BIT) != 0;
  }

  public boolean isControl() {
    return (attributes() & CONTROL_BIT) != 0;
  }

  /// From when on the tombstones of a compacted batch may go, or {@link CompactedBatchBuilder#NO_HORIZON}.
  public long deleteHorizonMs() {
    return (attributes() & DELETE_HORIZON_BIT) != 0
        ? baseTimestampMs()
        : CompactedBatchBuilder.NO_HORIZON;
  }

  public int lastOffsetDelta() {
    return buffer.getInt(position + LAST_OFFSET_DELTA);
  }

  public long lastOffset() {
    return baseOffset() + lastOffsetDelta();
  }

  /// The offset behind the batch.
  public long nextOffset() {
    return lastOffset() + 1;
  }

  public long baseTimestampMs() {
    return buffer.getLong(position + BASE_TIMESTAMP);
  }

  public long maxTimestampMs() {
    return buffer.getLong(position + MAX_TIMESTAMP);
  }

  public long producerId() {
    return buffer.getLong(position + PRODUCER_ID);
  }

  /// The stream whose records these are: the producer id.
  public long streamId() {
    return producerId();
  }

  public short producerEpoch() {
    return buffer.getShort(position + PRODUCER_EPOCH);
  }

  public int baseSequence() {
    return buffer.getInt(position + BASE_SEQUENCE);
  }

  public int count() {
    return buffer.getInt(position + COUNT);
  }

  /// Whether the batch carries the identity of a stream: producer id, epoch and sequence are not negative.
  public boolean hasIdentity() {
    return producerId() >= 0 && producerEpoch() >= 0 && baseSequence() >= 0;
  }

  /// The edge's offset of the first record, from epoch and sequence; see {@link BatchIdentity}.
  public long streamOffset() {
    return BatchIdentity.streamOffset(producerEpoch(), baseSequence());
  }

  @Override
  public String toString() {
    int available = buffer.limit() - position;
    return available < HEADER_BYTES
        ? "BatchView[" + available + " B]"
        : "BatchView[offsets "
            + baseOffset()
            + " to "
            + lastOffset()
            + ", "
            + count()
            + " records, "
            + sizeBytes()
            + " B]";
  }
}
