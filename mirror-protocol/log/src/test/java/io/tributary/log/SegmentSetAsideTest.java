package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that a start may neither believe nor lose: those of another log, in another's place, or wiped.
class SegmentSetAsideTest {
  private static final long STREAM = 7_001;
  private static final UUID OURS = new UUID(1, 2);
  private static final UUID THEIRS = new UUID(3, 4);
  private static final int SEGMENT_BYTES = 8_000;

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void aSegmentOfAnotherPartitionIsNotServedAsOurs() throws Exception {
    fillPartition("ours", OURS, 200);
    fillPartition("theirs", THEIRS, 200);
    Path third = partitionFiles("ours").get(2);
    Path alien = partitionFiles("theirs").get(2);
    long held = Files.size(third);
    Files.copy(alien, third, StandardCopyOption.REPLACE_EXISTING);
    try (PartitionLog log = openPartition("ours", OURS)) {
      assertEquals(400, log.endOffset());
      long served = PartitionReading.records(log);
      assertTrue(served > 0 && served < 400, () -> served + " are served");
      assertTrue(log.status().damagedBytes() >= held);
      log.append(Batches.of(STREAM, 400, 2), STREAM, 1);
      log.force();
      assertEquals(served + 2, PartitionReading.records(log));
    }
    assertArrayEquals(Files.readAllBytes(alien), Files.readAllBytes(aside(third)));
    try (PartitionLog log = openPartition("theirs", THEIRS)) {
      assertEquals(400, PartitionReading.records(log));
    }
  }

  @Test
  void aSegmentInThePlaceOfAnotherIsNotServedThere() throws Exception {
    fillPartition("ours", OURS, 200);
    List<Path> files = partitionFiles("ours");
    Files.copy(files.get(1), files.get(2), StandardCopyOption.REPLACE_EXISTING);
    try (PartitionLog log = openPartition("ours", OURS)) {
      assertEquals(400, log.endOffset());
      assertTrue(PartitionReading.records(log) < 400);
    }
    assertTrue(Files.exists(aside(files.get(2))));
    assertTrue(Files.exists(files.get(1)));
  }

  @Test
  void aWipedNewestSegmentOfAJournalIsKeptAndTold() throws Exception {
    fillJournal(300);
    List<Path> files = journalFiles();
    Path newest = files.getLast();
    long size = Files.size(newest);
    Files.write(newest, new byte[(int) size]);
    Inspection looked = Inspection.of(disk, "j");
    assertNotNull(looked);
    assertEquals(List.of(newest.getFileName().toString()), looked.unreadable());
    try (Journal journal = openJournal()) {
      assertEquals(size, journal.status().damagedBytes());
      JournalStream stream = journal.stream(STREAM);
      assertNotNull(stream);
      assertTrue(stream.end() < 300 && stream.end() > 0);
    }
    assertEquals(size, Files.size(aside(newest)));
  }

  @Test
  void aNewestSegmentThatWasBarelyBegunGoes() throws Exception {
    fillJournal(300);
    Path newest = journalFiles().getLast();
    Path next = newest.resolveSibling("%020d.segment".formatted(journalFiles().size() + 1));
    Files.write(next, new byte[SegmentHeader.BYTES_LEAST + SegmentHeader.SECTOR_BYTES]);
    Inspection looked = Inspection.of(disk, "j");
    assertNotNull(looked);
    assertTrue(looked.isHealthy());
    try (Journal journal = openJournal()) {
      assertEquals(0, journal.status().damagedBytes());
    }
    assertFalse(Files.exists(next) || Files.exists(aside(next)));
  }

  @Test
  void aJournalTellsItsLogId() throws Exception {
    disk.createDirectories("j");
    assertNull(Journal.logIdIn(disk, List.of("j")));
    fillJournal(300);
    fillPartition("theirs", THEIRS, 200);
    assertEquals(OURS, Journal.logIdIn(disk, List.of("j", "theirs")));
    Files.write(journalFiles().getFirst(), new byte[SegmentHeader.BYTES_LEAST]);
    assertEquals(OURS, Journal.logIdIn(disk, List.of("j")));
  }

  private static Path aside(Path segment) {
    return segment.resolveSibling(segment.getFileName() + SegmentedLog.SET_ASIDE);
  }

  private void fillPartition(String directory, UUID logId, int batches) throws IOException {
    try (PartitionLog log = openPartition(directory, logId)) {
      for (int i = 0; i < batches; i++) {
        log.append(Batches.of(STREAM, i * 2L, 2), STREAM, 1);
        log.force();
      }
    }
  }

  private PartitionLog openPartition(String directory, UUID logId) throws IOException {
    PartitionLogConfig config =
        new PartitionLogConfig(logId, SEGMENT_BYTES, 0, 0, Limits.FROM_EDGE, 512, Content.STREAMS);
    return PartitionLog.open(disk, directory, config, 1);
  }

  private List<Path> partitionFiles(String directory) throws IOException {
    return PartitionReading.files(root.resolve(directory), ".segment");
  }

  private void fillJournal(int readings) throws Exception {
    try (Journal journal = openJournal()) {
      assertEquals(Admission.ADMITTED, journal.createStream(STREAM, "topic"));
      for (int i = 0; i < readings; i++) {
        byte[] value = Batches.value(STREAM, i);
        assertEquals(
            Admission.ADMITTED, journal.add(STREAM, 1_000, null, value, EncodedHeaders.NONE));
        journal.commit(1);
      }
    }
    assertTrue(journalFiles().size() > 2);
  }

  private Journal openJournal() throws IOException {
    JournalConfig config =
        new JournalConfig(
            OURS,
            "normal",
            SEGMENT_BYTES,
            JournalConfig.BATCH_BYTES,
            JournalConfig.BATCH_BYTES,
            JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(disk, "j", config, 1);
  }

  private List<Path> journalFiles() throws IOException {
    return PartitionReading.files(root.resolve("j"), ".segment");
  }
}
