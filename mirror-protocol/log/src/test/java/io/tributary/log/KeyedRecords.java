package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchCursor;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Records with keys, as batches of a producer and as a reader gets them.
final class KeyedRecords {
  private static final int SLICE_BYTES = 3_000;

  private KeyedRecords() {}

  /// @param value null: a tombstone
  record Keyed(long offset, long timestampMs, @Nullable String key, @Nullable String value) {
    @Override
    public String toString() {
      return offset + ":" + key + "=" + value;
    }
  }

  /// A batch of records whose offsets are not theirs yet.
  static ByteBuffer batch(Compression compression, List<Keyed> records) {
    BatchBuilder builder = new BatchBuilder(compression, Limits.FROM_EDGE);
    try {
      for (Keyed record : records) {
        builder.tryAppend(
            record.timestampMs(), bytes(record.key()), bytes(record.value()), EncodedHeaders.NONE);
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    ByteBuffer built = builder.build(0, -1, (short) -1, -1);
    return ByteBuffer.allocate(built.remaining()).put(built).flip();
  }

  /// What a reader gets from the first to the last offset, whose batches must stand for every offset between them.
  static List<Keyed> read(PartitionLog log) throws Exception {
    List<Keyed> records = new ArrayList<>();
    for (ByteBuffer batch : batches(log)) {
      records.addAll(of(batch));
    }
    return records;
  }

  /// What a reader gets while the batches become others: one may begin with records that it has.
  static List<Keyed> readMeanwhile(PartitionLog log) throws Exception {
    List<Keyed> records = new ArrayList<>();
    long offset = log.startOffset();
    while (offset < log.endOffset()) {
      try (LogSlice slice = log.read(offset, 1)) {
        assertNotNull(slice, "nothing at " + offset);
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.readInto(bytes, 0);
        BatchView batch = new BatchView().wrap(bytes.flip(), 0);
        long from = offset;
        assertTrue(batch.baseOffset() <= from && from < batch.nextOffset(), batch::toString);
        of(bytes).stream().filter(record -> record.offset() >= from).forEach(records::add);
        offset = batch.nextOffset();
      }
    }
    return records;
  }

  /// Every batch from the first to the last offset.
  static List<ByteBuffer> batches(PartitionLog log) throws Exception {
    List<ByteBuffer> batches = new ArrayList<>();
    long offset = log.startOffset();
    while (offset < log.endOffset()) {
      try (LogSlice slice = log.read(offset, SLICE_BYTES)) {
        assertNotNull(slice, "nothing at " + offset);
        assertEquals(offset, slice.baseOffset());
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.readInto(bytes, 0);
        BatchCursor cursor = new BatchCursor().wrap(bytes.flip());
        while (cursor.next()) {
          BatchView batch = cursor.batch();
          batch.check(Limits.produced(Limits.MAX_MESSAGE_BYTES));
          assertEquals(offset, batch.baseOffset());
          offset = batch.nextOffset();
          batches.add(ByteBuffer.allocate(batch.sizeBytes()).put(batch.slice()).flip());
        }
      }
    }
    return batches;
  }

  static List<Keyed> of(ByteBuffer batch) throws Exception {
    List<Keyed> records = new ArrayList<>();
    RecordCursor cursor = new BatchView().wrap(batch, 0).records(Limits.FROM_EDGE);
    while (cursor.next()) {
      records.add(
          new Keyed(
              cursor.offset(), cursor.timestampMs(), text(cursor.key()), text(cursor.value())));
    }
    return records;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(@Nullable ByteBuffer bytes) {
    return bytes == null
        ? null
        : Objects.requireNonNull(StandardCharsets.UTF_8.decode(bytes).toString());
  }
}
