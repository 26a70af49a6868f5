package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files of version 1, kept as they were written: a change of the format breaks this, and old files must be read for
/// ever.
class GoldenSegmentTest {
  private static final UUID LOG_ID = new UUID(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);
  private static final long STREAM = 0x1122334455667788L;
  private static final String SEGMENT = "00000000000000000001.segment";

  @TempDir private Path root;

  @Test
  void aJournalIsWrittenAsBefore() throws Exception {
    writeJournal("j");
    assertArrayEquals(golden("journal-1"), Files.readAllBytes(root.resolve("j").resolve(SEGMENT)));
  }

  /// The first writers of version 1 told each birth of a stream once; what they wrote is the same journal.
  @ParameterizedTest
  @ValueSource(strings = {"journal-1", "journal-1-births-told-once"})
  void aJournalOfVersionOneIsRead(String name) throws Exception {
    put("j", golden(name));
    try (Journal journal = openJournal("j")) {
      JournalStream stream = journal.stream(STREAM);
      assertNotNull(stream);
      assertEquals("temperature", stream.topic());
      assertEquals(7, stream.end());
      assertEquals(7, stream.acked());
      assertArrayEquals(new byte[] {1, 2}, journal.state().get("key"));
      assertEquals(77, journal.digestAt(STREAM, 7));
    }
  }

  @Test
  void aPartitionIsWrittenAsBefore() throws Exception {
    writePartition("p");
    assertArrayEquals(
        golden("partition-1"), Files.readAllBytes(root.resolve("p").resolve(SEGMENT)));
  }

  @Test
  void aPartitionOfVersionOneIsRead() throws Exception {
    put("p", golden("partition-1"));
    try (PartitionLog log = openPartition("p")) {
      assertEquals(4, log.endOffset());
      assertEquals(new StreamPosition(STREAM, 9, 78), log.position(STREAM));
    }
  }

  private void writeJournal(String directory) throws Exception {
    try (Journal journal = openJournal(directory)) {
      journal.createStream(STREAM, "temperature");
      for (int i = 0; i < 3; i++) {
        journal.add(STREAM, 1_000 + i, new byte[] {5}, new byte[] {6, 7}, EncodedHeaders.NONE);
      }
      journal.changeState("key", new byte[] {1, 2});
      journal.changeState("gone", null);
      journal.commit(2_000);
      journal.acked(STREAM, 3);
      journal.jump(STREAM, 3, 7, 77, 3_000);
    }
  }

  private void writePartition(String directory) throws Exception {
    try (PartitionLog log = openPartition(directory)) {
      log.append(Batches.of(STREAM, 0, 3), STREAM, 2_000);
      log.appendGap(STREAM, new Gap(3, 9, GapReason.DROP_OLDEST), 78, 2_000);
      log.force();
    }
  }

  private Journal openJournal(String directory) throws Exception {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            JournalConfig.SEGMENT_BYTES,
            JournalConfig.GROUP_BYTES,
            JournalConfig.BATCH_BYTES,
            64L * 1024 * 1024,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(new FileDisk(root), directory, config, 1_000);
  }

  private PartitionLog openPartition(String directory) throws Exception {
    PartitionLogConfig config =
        new PartitionLogConfig(
            LOG_ID,
            PartitionLogConfig.SEGMENT_BYTES,
            0,
            0,
            Limits.FROM_EDGE,
            PartitionLogConfig.INDEX_INTERVAL_BYTES,
            Content.STREAMS);
    return PartitionLog.open(new FileDisk(root), directory, config, 1_000);
  }

  private void put(String directory, byte[] segment) throws Exception {
    Files.createDirectories(root.resolve(directory));
    Files.write(root.resolve(directory).resolve(SEGMENT), segment);
  }

  private static byte[] golden(String name) throws Exception {
    try (InputStream in = GoldenSegmentTest.class.getResourceAsStream(name + ".segment")) {
      assertNotNull(in, name);
      return in.readAllBytes();
    }
  }
}
