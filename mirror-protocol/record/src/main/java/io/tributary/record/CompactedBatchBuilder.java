package io.tributary.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Encodes records that are kept of other batches into one batch, each with the offset, the time and the bytes that it had.
/// The batch stands for a range of offsets, of which any may be without a record, or all. Reusable, confined to one
/// thread.
///
/// ```
///  records of one batch or more     3     5 6         9
///  the batch                    |0 . . . . . . . . . . . 11|    base offset 0, last offset delta 11, count 4
/// ```
///
/// Who wrote the records is not in it: no producer id, no sequence.
///
/// A batch with records whose value is null (tombstones) may say from when on they may go: its *delete horizon*, which
/// stands in the place of the base timestamp when bit 6 of the attributes is set (Kafka's KIP-534). Every reader adds the
/// records' deltas to it, whatever it means.
public final class CompactedBatchBuilder {
  /// Nobody has decided yet when the tombstones of a batch may go.
  public static final long NO_HORIZON = -1;

  /// What Kafka gives a batch without records as its times.
  private static final long NO_TIMESTAMP = -1;

  /// The most bytes of a record before its key: length, attributes, both deltas.
  private static final int PREFIX_BYTES_MOST =
      2 * Varint.INT_BYTES_MOST + 1 + Varint.LONG_BYTES_MOST;

  private static final int INITIAL_BYTES = 4096;
  private static final int INITIAL_RECORDS = 64;

  /// Keys, values and headers, one record behind the other.
  private byte[] bodies = new byte[INITIAL_BYTES];

  private int bodiesBytes;
  private long[] offsets = new long[INITIAL_RECORDS];
  private long[] timestampsMs = new long[INITIAL_RECORDS];

  /// Where each body ends.
  private int[] ends = new int[INITIAL_RECORDS];

  private int count;

  /// Adds the record that a cursor stands on. It lies behind those that were added before.
  public void append(RecordCursor record) {
    int bytes = record.bodyBytes();
    reserve(bytes, 1);
    record.copyBody(bodies, bodiesBytes);
    add(record.offset(), record.timestampMs(), bodiesBytes + bytes);
  }

  /// Adds all records of another builder, which lie behind those that were added before.
  public void append(CompactedBatchBuilder behind) {
    reserve(behind.bodiesBytes, behind.count);
    System.arraycopy(behind.bodies, 0, bodies, bodiesBytes, behind.bodiesBytes);
    int from = bodiesBytes;
    for (int i = 0; i < behind.count; i++) {
      add(behind.offsets[i], behind.timestampsMs[i], from + behind.ends[i]);
    }
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// What the batch takes at most, not compressed.
  public long sizeBytesMost() {
    return BatchView.HEADER_BYTES + bodiesBytes + (long) count * PREFIX_BYTES_MOST;
  }

  /// The batch of all records that were added. Compressed, unless that makes it larger.
  ///
  /// @param baseOffset not behind the first record
  /// @param nextOffset behind the last record, and behind the base offset by no more than 2^31 - 1
  /// @param deleteHorizonMs from when on its tombstones may go, or {@link #NO_HORIZON}
  /// @return bytes of its own from position 0 to limit
  public ByteBuffer build(
      long baseOffset, long nextOffset, long deleteHorizonMs, Compression compression) {
    boolean isOutside = count > 0 && (offsets[0] < baseOffset || offsets[count - 1] >= nextOffset);
    if (isOutside || nextOffset <= baseOffset || nextOffset - baseOffset > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d records in a batch of [%d, %d)".formatted(count, baseOffset, nextOffset));
    }
    boolean hasHorizon = deleteHorizonMs != NO_HORIZON;
    long firstTimestampMs = count == 0 ? NO_TIMESTAMP : timestampsMs[0];
    long baseTimestampMs = hasHorizon ? deleteHorizonMs : firstTimestampMs;
    ByteBuffer plain = encode(baseOffset, baseTimestampMs);
    ByteBuffer smaller = count == 0 ? null : compressed(plain, compression);
    ByteBuffer built = smaller == null ? plain : smaller;
    int codec = smaller == null ? Compression.none().id() : compression.id();
    built.putLong(BatchView.BASE_OFFSET, baseOffset);
    built.putInt(BatchView.BATCH_LENGTH, built.limit() - BatchBytes.LENGTH_END);
    built.putInt(BatchView.PARTITION_LEADER_EPOCH, BatchView.NO_LEADER_EPOCH);
    built.put(BatchView.MAGIC, BatchView.MAGIC_V2);
    built.putShort(
        BatchView.ATTRIBUTES, (short) (codec | (hasHorizon ? BatchView.DELETE_HORIZON_BIT : 0)));
    built.putInt(BatchView.LAST_OFFSET_DELTA, (int) (nextOffset - baseOffset - 1));
    built.putLong(BatchView.BASE_TIMESTAMP, baseTimestampMs);
    built.putLong(
        BatchView.MAX_TIMESTAMP, Arrays.stream(timestampsMs, 0, count).max().orElse(NO_TIMESTAMP));
    built.putLong(BatchView.PRODUCER_ID, -1);
    built.putShort(BatchView.PRODUCER_EPOCH, (short) -1);
    built.putInt(BatchView.BASE_SEQUENCE, -1);
    built.putInt(BatchView.COUNT, count);
    BatchBytes.seal(built);
    return built;
  }

  /// Forgets the records, keeps the arrays.
  public void reset() {
    count = 0;
    bodiesBytes = 0;
  }

  private void add(long offset, long timestampMs, int bodyEnd) {
    offsets[count] = offset;
    timestampsMs[count] = timestampMs;
    ends[count] = bodyEnd;
    bodiesBytes = bodyEnd;
    count++;
  }

  /// Makes room for so many more.
  private void reserve(int bytes, int records) {
    int bytesDue = Math.addExact(bodiesBytes, bytes);
    if (bytesDue > bodies.length) {
      bodies =
          Arrays.copyOf(bodies, (int) Math.max(bytesDue, Math.min(2L * bodies.length, 1 << 30)));
    }
    if (count + records > offsets.length) {
      int grown = Math.max(count + records, 2 * offsets.length);
      offsets = Arrays.copyOf(offsets, grown);
      timestampsMs = Arrays.copyOf(timestampsMs, grown);
      ends = Arrays.copyOf(ends, grown);
    }
  }

  private ByteBuffer encode(long baseOffset, long baseTimestampMs) {
    byte[] bytes = new byte[Math.toIntExact(sizeBytesMost())];
    int size = BatchView.HEADER_BYTES;
    int from = 0;
    for (int i = 0; i < count; i++) {
      int body = ends[i] - from;
      long timestampDelta = timestampsMs[i] - baseTimestampMs;
      int offsetDelta = (int) (offsets[i] - baseOffset);
      int length = 1 + Varint.size(timestampDelta) + Varint.size(offsetDelta) + body;
      size = Varint.put(bytes, size, length);
      bytes[size++] = 0; // attributes: unused, as in Kafka
      size = Varint.put(bytes, size, timestampDelta);
      size = Varint.put(bytes, size, offsetDelta);
      System.arraycopy(bodies, from, bytes, size, body);
      size += body;
      from = ends[i];
    }
    return ByteBuffer.wrap(bytes, 0, size).slice();
  }

  /// Null when the bytes do not become fewer.
  private static @Nullable ByteBuffer compressed(ByteBuffer plain, Compression compression) {
    if (compression.id() == Compression.none().id()) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.limit() / 2);
    byte[] all = plain.array();
    int begin = plain.arrayOffset();
    bytes.write(all, begin, BatchView.HEADER_BYTES);
    try (OutputStream records = compression.compress(bytes)) {
      int header = BatchView.HEADER_BYTES;
      records.write(all, begin + header, plain.limit() - header);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream into memory failed", e);
    }
    return bytes.size() < plain.limit() ? ByteBuffer.wrap(bytes.toByteArray()) : null;
  }
}
