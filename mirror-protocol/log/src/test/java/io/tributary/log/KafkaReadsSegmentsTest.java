package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Behind its header a segment of either kind holds batches that kafka-clients can read, and nothing else.
class KafkaReadsSegmentsTest {
  private static final UUID LOG_ID = new UUID(1, 2);

  @TempDir private Path root;

  @Test
  void readsAPartition() throws Exception {
    PartitionLogConfig config =
        new PartitionLogConfig(LOG_ID, 4_000, 0, 0, Limits.FROM_EDGE, 512, Content.STREAMS);
    try (PartitionLog log = PartitionLog.open(new FileDisk(root), "p", config, 1)) {
      for (int i = 0; i < 60; i++) {
        log.append(Batches.of(5, i * 4L, 3), 5, 1);
        log.appendGap(5, new Gap(i * 4L + 3, i * 4L + 4, GapReason.CORRUPT), 9, 1);
        log.force();
      }
    }
    long records = 0;
    long next = 0;
    for (RecordBatch batch : batches("p")) {
      assertEquals(next, batch.baseOffset());
      next = batch.nextOffset();
      records += batch.isControlBatch() ? 0 : count(batch);
    }
    assertEquals(180, records);
    assertEquals(240, next);
  }

  @Test
  void readsAJournal() throws Exception {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            8_000,
            8_000,
            4_000,
            JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.gzip(),
            0,
            Limits.EDGE);
    try (Journal journal = Journal.open(new FileDisk(root), "j", config, 1)) {
      journal.createStream(5, "a");
      for (int i = 0; i < 50; i++) {
        for (int k = 0; k < 10; k++) {
          journal.add(5, 1, null, Batches.value(5, i), EncodedHeaders.NONE);
        }
        journal.changeState("key", new byte[] {(byte) i});
        journal.commit(i);
      }
    }
    long records = 0;
    long headers = 0;
    for (RecordBatch batch : batches("j")) {
      if (batch.isControlBatch()) {
        assertEquals(-1, batch.producerId());
        headers++;
      } else {
        assertEquals(records, batch.baseOffset());
        assertEquals(5, batch.producerId());
        records += count(batch);
      }
    }
    assertEquals(500, records);
    assertTrue(headers >= 50);
  }

  private static long count(RecordBatch batch) {
    long count = 0;
    for (Record record : batch) {
      record.ensureValid();
      count++;
    }
    return count;
  }

  private List<RecordBatch> batches(String directory) throws Exception {
    List<Path> segments;
    try (var files = Files.list(root.resolve(directory))) {
      segments = files.filter(file -> file.toString().endsWith(Segment.SUFFIX)).sorted().toList();
    }
    assertTrue(segments.size() > 1);
    List<RecordBatch> batches = new ArrayList<>();
    for (Path segment : segments) {
      byte[] bytes = Files.readAllBytes(segment);
      int headerBytes = ByteBuffer.wrap(bytes).getInt(12);
      ByteBuffer behind = ByteBuffer.wrap(bytes, headerBytes, bytes.length - headerBytes).slice();
      MemoryRecords records = MemoryRecords.readableRecords(behind);
      int size = 0;
      for (RecordBatch batch : records.batches()) {
        batch.ensureValid();
        size += batch.sizeInBytes();
        batches.add(batch);
      }
      assertEquals(behind.remaining(), size);
    }
    return batches;
  }
}
