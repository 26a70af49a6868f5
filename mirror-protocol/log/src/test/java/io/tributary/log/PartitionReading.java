package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchCursor;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads partitions as their readers do.
final class PartitionReading {
  private static final int SLICE_BYTES = 3_000;

  private PartitionReading() {}

  /// How many records are served from the start to the end.
  static long records(PartitionLog log) throws Exception {
    long[] records = {0};
    read(log, log.startOffset(), SLICE_BYTES, batch -> records[0] += batch.count());
    return records[0];
  }

  /// The base offsets of all batches that are served from the start to the end.
  static List<Long> offsets(PartitionLog log) throws Exception {
    return offsets(log, log.startOffset(), SLICE_BYTES);
  }

  static List<Long> offsets(PartitionLog log, long from, int maxBytes) throws Exception {
    List<Long> offsets = new ArrayList<>();
    read(log, from, maxBytes, batch -> offsets.add(batch.baseOffset()));
    return offsets;
  }

  /// Reads what is served up to the end, each batch checked.
  private static void read(PartitionLog log, long from, int maxBytes, Consumer<BatchView> batches)
      throws Exception {
    long offset = from;
    while (offset < log.endOffset()) {
      try (LogSlice slice = log.readPresent(offset, maxBytes)) {
        assertNotNull(slice);
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.readInto(bytes, 0);
        BatchCursor cursor = new BatchCursor().wrap(bytes.flip());
        while (cursor.next()) {
          BatchView batch = cursor.batch();
          batch.check(Limits.FROM_EDGE);
          assertEquals(Placement.NO_EPOCH, batch.partitionLeaderEpoch());
          assertTrue(offset <= batch.baseOffset());
          batches.accept(batch);
          offset = batch.nextOffset();
        }
      }
    }
  }

  /// Where the batches of a partition's segment begin, and the end.
  static List<Integer> batches(byte[] segment) throws Exception {
    List<Integer> positions = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(segment);
    int at = bytes.getInt(12);
    while (at < segment.length) {
      positions.add(at);
      at += BatchBytes.sizeAt(bytes, at);
    }
    positions.add(at);
    return positions;
  }

  static List<Path> files(Path root, String suffix) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
