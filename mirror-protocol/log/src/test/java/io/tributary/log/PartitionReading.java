package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchCursor;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads partitions as their readers do.
final class PartitionReading {
  private static final int SLICE_BYTES = 3_000;

  private PartitionReading() {}

  /// How many records are served from the start to the end, each batch checked.
  static long records(PartitionLog log) throws Exception {
    long records = 0;
    long offset = log.startOffset();
    while (offset < log.endOffset()) {
      try (LogSlice slice = log.read(offset, SLICE_BYTES)) {
        assertNotNull(slice);
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        slice.readInto(bytes, 0);
        BatchCursor cursor = new BatchCursor().wrap(bytes.flip());
        while (cursor.next()) {
          cursor.batch().check(Limits.FROM_EDGE);
          assertTrue(offset <= cursor.batch().baseOffset());
          records += cursor.batch().count();
          offset = cursor.batch().nextOffset();
        }
      }
    }
    return records;
  }

  static List<Path> files(Path root, String suffix) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
