package io.tributary.record;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The durable form of a Gap: a control batch with one record, which every Kafka client skips silently.
///
/// ```
/// key    | version int16 = 0 | type int16 = 0x4741 |
/// value  | version int16 = 1 | stream int64 | from int64 | to int64 | reason int8 | digestAtTo int64 |
/// ```
///
/// The header carries the identity of the stream and, in epoch and sequence, the Gap's `from`, as for data. With the
/// layout `per-edge` the batch covers as many offsets as the Gap; with `partitions: N` it covers one.
public final class ControlBatch {
  /// The largest batch that {@link #gapBatch} returns; the room to reserve for one Gap.
  public static final int GAP_BATCH_BYTES_MOST = 111;

  /// The most offsets that one batch can cover: the last offset delta is an int.
  public static final int SPAN_MOST = Integer.MAX_VALUE;

  /// Kafka's control types are 0 to 6, -1 stands for unknown; "GA" in ASCII is far from both.
  private static final short GAP_TYPE = 0x4741;

  private static final short KEY_VERSION = 0;
  private static final short VALUE_VERSION = 1;
  private static final int KEY_BYTES = 4;
  private static final int VALUE_BYTES = 35;

  /// A Gap, the stream in which it is, and the stream's digest behind it or {@link Digest#UNKNOWN}.
  public record StreamGap(long streamId, Gap gap, long digestAtTo) {}

  private ControlBatch() {}

  /// The pieces of a Gap, in order, that each fit one batch covering all their offsets.
  public static List<Gap> split(Gap gap) {
    List<Gap> pieces = new ArrayList<>();
    for (long from = gap.from(); from < gap.to(); ) {
      long to = Math.min(gap.to(), from + SPAN_MOST);
      pieces.add(new Gap(from, to, gap.reason()));
      from = to;
    }
    return pieces;
  }

  /// A Gap as a batch.
  ///
  /// @param baseOffset the first offset that the batch takes in its partition: the Gap's `from` with `per-edge`
  /// @param span how many offsets it takes: the Gap's count with `per-edge`, 1 with `partitions: N`
  /// @param digestAtTo the edge's digest of the stream at the Gap's end, or {@link Digest#UNKNOWN}
  /// @param timestampMs when the Gap was declared, milliseconds since 1970
  /// @return a new buffer that holds the batch from 0 to its limit
  public static ByteBuffer gapBatch(
      long baseOffset, int span, long streamId, Gap gap, long digestAtTo, long timestampMs) {
    if (baseOffset < 0 || span < 1 || timestampMs < 0) {
      throw new IllegalArgumentException(
          "base offset " + baseOffset + ", span " + span + ", timestamp " + timestampMs);
    }
    BatchIdentity identity = new BatchIdentity(streamId, gap.from());
    int lastOffsetDelta = span - 1;
    byte[] bytes = new byte[GAP_BATCH_BYTES_MOST];
    ByteBuffer batch = ByteBuffer.wrap(bytes);
    batch.limit(putRecord(bytes, lastOffsetDelta, streamId, gap, digestAtTo));
    batch.putLong(BatchView.BASE_OFFSET, baseOffset);
    batch.putInt(BatchView.BATCH_LENGTH, batch.limit() - BatchBytes.LENGTH_END);
    batch.putInt(BatchView.PARTITION_LEADER_EPOCH, BatchView.NO_LEADER_EPOCH);
    batch.put(BatchView.MAGIC, BatchView.MAGIC_V2);
    batch.putShort(BatchView.ATTRIBUTES, (short) BatchView.CONTROL_BIT);
    batch.putInt(BatchView.LAST_OFFSET_DELTA, lastOffsetDelta);
    batch.putLong(BatchView.BASE_TIMESTAMP, timestampMs);
    batch.putLong(BatchView.MAX_TIMESTAMP, timestampMs);
    batch.putLong(BatchView.PRODUCER_ID, identity.producerId());
    batch.putShort(BatchView.PRODUCER_EPOCH, identity.producerEpoch());
    batch.putInt(BatchView.BASE_SEQUENCE, identity.baseSequence());
    batch.putInt(BatchView.COUNT, 1);
    BatchBytes.seal(batch);
    return batch;
  }

  /// Whether a checked batch is a Gap. A control batch of Kafka's own is none; neither is one that cannot be read.
  public static boolean isGap(BatchView batch) {
    if (!batch.isControl() || batch.compressionId() != 0 || batch.count() != 1) {
      return false;
    }
    try {
      readGap(batch);
      return true;
    } catch (BatchRefused notOurs) {
      return false;
    }
  }

  /// Reads the Gap of a batch that passed {@link BatchView#check}.
  ///
  /// @throws BatchRefused when the batch is no Gap, or contradicts itself
  public static StreamGap readGap(BatchView batch) throws BatchRefused {
    if (!batch.isControl() || !batch.hasIdentity()) {
      throw refused("not a control batch of a stream");
    }
    RecordCursor records = batch.records(Limits.EDGE);
    ByteBuffer key = records.next() ? records.key() : null;
    if (key == null
        || key.remaining() != KEY_BYTES
        || key.getShort(0) != KEY_VERSION
        || key.getShort(2) != GAP_TYPE) {
      throw refused("the key is not that of a Gap");
    }
    ByteBuffer value = records.value();
    if (value == null || value.remaining() != VALUE_BYTES || value.getShort() != VALUE_VERSION) {
      throw refused("the value is not that of a Gap");
    }
    long streamId = value.getLong();
    long from = value.getLong();
    long to = value.getLong();
    GapReason reason = GapReason.byId(value.get());
    long digestAtTo = value.getLong();
    if (from < 0 || to <= from || to > BatchIdentity.STREAM_OFFSET_END) {
      throw refused("no range: [" + from + ", " + to + ")");
    }
    if (records.offset() != batch.lastOffset() || records.next()) {
      throw refused("not one record at the last offset");
    }
    if (streamId != batch.streamId() || from != batch.streamOffset()) {
      throw refused("the value contradicts the header");
    }
    long span = batch.lastOffsetDelta() + 1L;
    if (span != 1 && span != to - from) {
      throw refused("a Gap of " + (to - from) + " records over " + span + " offsets");
    }
    return new StreamGap(streamId, new Gap(from, to, reason), digestAtTo);
  }

  /// Writes the record behind the header and returns where it ends.
  private static int putRecord(
      byte[] bytes, int offsetDelta, long streamId, Gap gap, long digestAtTo) {
    // attributes, timestamp delta 0, offset delta, the two lengths, no headers
    int length = 1 + 1 + Varint.size(offsetDelta) + 1 + KEY_BYTES + 1 + VALUE_BYTES + 1;
    int at = Varint.put(bytes, BatchView.HEADER_BYTES, length);
    bytes[at++] = 0;
    at = Varint.put(bytes, at, 0L);
    at = Varint.put(bytes, at, offsetDelta);
    at = Varint.put(bytes, at, KEY_BYTES);
    ByteBuffer.wrap(bytes, at, KEY_BYTES).putShort(KEY_VERSION).putShort(GAP_TYPE);
    at = Varint.put(bytes, at + KEY_BYTES, VALUE_BYTES);
    ByteBuffer.wrap(bytes, at, VALUE_BYTES)
        .putShort(VALUE_VERSION)
        .putLong(streamId)
        .putLong(gap.from())
        .putLong(gap.to())
        .put(gap.reason().id())
        .putLong(digestAtTo);
    return Varint.put(bytes, at + VALUE_BYTES, 0);
  }

  private static BatchRefused refused(String what) {
    return new BatchRefused(Reason.GAP, what);
  }
}
