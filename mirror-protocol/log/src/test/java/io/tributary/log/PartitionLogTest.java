package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchCursor;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final long B = 7_002;

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void givesDenseOffsetsOverAllStreams() throws Exception {
    try (PartitionLog log = open(config(1 << 20))) {
      assertEquals(0, log.append(Batches.of(A, 0, 3), A, 1));
      assertEquals(3, log.append(Batches.of(B, 0, 2), B, 1));
      assertEquals(5, log.append(Batches.of(A, 3, 1), A, 1));
      assertEquals(0, log.endOffset());
      assertNull(log.read(0, 1000));
      log.force();
      assertEquals(6, log.endOffset());
      assertEquals(List.of(0L, 3L, 5L), PartitionReading.offsets(log, 0, 1 << 20));
      assertEquals(4, log.position(A).next());
      assertEquals(-1, log.position(99).next());
    }
  }

  @Test
  void refusesABatchThatDoesNotGoOnWhereItsStreamEnds() throws Exception {
    try (PartitionLog log = open(config(1 << 20))) {
      log.append(Batches.of(A, 0, 3), A, 1);
      assertThrows(IllegalArgumentException.class, () -> log.append(Batches.of(A, 4, 1), A, 1));
      assertThrows(IllegalArgumentException.class, () -> log.append(Batches.of(A, 3, 1), B, 1));
    }
  }

  @Test
  void findsEverythingAgainWhenOpenedAgain() throws Exception {
    StreamPosition a;
    try (PartitionLog log = open(config(1 << 20))) {
      fill(log, 20);
      a = log.position(A);
    }
    try (PartitionLog log = open(config(1 << 20))) {
      assertEquals(a, log.position(A));
      assertEquals(60, log.endOffset());
      assertEquals(60, PartitionReading.records(log));
    }
  }

  @Test
  void goesOnOverManySegmentsAndReadsAcrossThem() throws Exception {
    StreamPosition b;
    try (PartitionLog log = open(config(8_000))) {
      fill(log, 200);
      b = log.position(B);
      assertTrue(log.status().segments() > 5, "segments: " + log.status().segments());
      assertEquals(600, PartitionReading.records(log));
    }
    try (PartitionLog log = open(config(8_000))) {
      assertEquals(b, log.position(B));
      assertEquals(600, PartitionReading.records(log));
      for (long offset = 0; offset < 600; offset++) {
        try (LogSlice slice = there(log.read(offset, 1))) {
          BatchView batch = batches(slice).get(0);
          assertTrue(batch.baseOffset() <= offset && offset < batch.nextOffset());
        }
      }
    }
  }

  @Test
  void findsOffsetsByTime() throws Exception {
    try (PartitionLog log = open(config(8_000))) {
      for (int i = 0; i < 300; i++) {
        log.append(Batches.of(A, i, 1, 1_000 + i * 10), A, 1);
        log.force();
      }
      assertEquals(new TimeAndOffset(1_000, 0), log.offsetForTime(5));
      assertEquals(new TimeAndOffset(2_000, 100), log.offsetForTime(1_995));
      assertEquals(new TimeAndOffset(3_990, 299), log.offsetForTime(3_990));
      assertNull(log.offsetForTime(3_991));
    }
  }

  @Test
  void keepsAGapInEitherLayout() throws Exception {
    for (boolean isPerEdge : new boolean[] {false, true}) {
      PartitionLogConfig config = config(1 << 20, 0, 0, isPerEdge);
      String directory = "gap-" + isPerEdge;
      try (PartitionLog log = PartitionLog.open(disk, directory, config, 1)) {
        log.append(Batches.of(A, 0, 3), A, 1);
        log.appendGap(A, new Gap(3, 10, GapReason.DROP_OLDEST), 77, 1);
        long base = log.append(Batches.of(A, 10, 1), A, 1);
        assertEquals(isPerEdge ? 10 : 4, base);
        log.appendGap(A, new Gap(11, 20, GapReason.DROP_NEWEST), log.position(A).digest(), 1);
        log.force();
      }
      try (PartitionLog log = PartitionLog.open(disk, directory, config, 1)) {
        assertEquals(20, log.position(A).next());
        assertEquals(77, log.digestAt(A, 10));
        assertEquals(Digest.INSIDE_GAP, log.digestAt(A, 7), "batches went with this Gap");
        assertEquals(log.digestAt(A, 11), log.digestAt(A, 15), "none went with this one");
        assertEquals(isPerEdge ? 20 : 6, log.endOffset());
      }
    }
  }

  @Test
  void knowsTheDigestAtEveryBatchThatItKeeps() throws Exception {
    try (PartitionLog log = open(config(8_000))) {
      List<Long> digests = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        digests.add(log.position(A).digest());
        log.append(Batches.of(A, i * 2L, 2), A, 1);
        log.force();
      }
      for (int i = 0; i < 300; i += 7) {
        assertEquals(digests.get(i), log.digestAt(A, i * 2L), "at " + i * 2);
        assertEquals(Digest.INSIDE, log.digestAt(A, i * 2L + 1));
      }
    }
  }

  @Test
  void cutsATornTailBackToTheLastWholeBatch() throws Exception {
    try (PartitionLog log = open(config(1 << 20))) {
      log.append(Batches.of(A, 0, 10), A, 1);
      log.force();
    }
    Path segment = segments().get(0);
    long end = Files.size(segment);
    byte[] torn = Batches.of(A, 10, 10).array();
    torn[torn.length - 1] ^= 1;
    Files.write(segment, torn, StandardOpenOption.APPEND);
    try (PartitionLog log = open(config(1 << 20))) {
      assertEquals(10, log.endOffset());
      assertEquals(0, log.status().damagedBytes());
      assertEquals(end, Files.size(segment));
      assertEquals(10, log.append(Batches.of(A, 10, 10), A, 1));
      log.force();
      assertEquals(20, PartitionReading.records(log));
    }
  }

  @Test
  void passesOverDamageInTheMiddleAndLosesNothingElse() throws Exception {
    long position;
    try (PartitionLog log = open(config(1 << 20))) {
      log.append(Batches.of(A, 0, 10), A, 1);
      log.force();
      position = log.status().sizeBytes();
      log.append(Batches.of(A, 10, 10), A, 1);
      log.append(Batches.of(A, 20, 10), A, 1);
      log.force();
    }
    for (int flipped : new int[] {9, 16, 30, 200}) { // length, magic, header, records
      Path segment = segments().get(0);
      byte[] bytes = Files.readAllBytes(segment);
      bytes[(int) position + flipped] ^= 0x40;
      Files.write(segment, bytes);
      try (PartitionLog log = open(config(1 << 20))) {
        assertEquals(30, log.endOffset(), "flipped " + flipped);
        assertTrue(log.status().damagedBytes() > 0);
        assertEquals(List.of(0L, 20L), PartitionReading.offsets(log, 0, 1 << 20));
        assertEquals(30, log.position(A).next());
      }
      bytes[(int) position + flipped] ^= 0x40;
      Files.write(segment, bytes);
    }
  }

  @Test
  void slicesPassOverDamageThatComesWhileTheLogIsOpen() throws Exception {
    for (int flipped : new int[] {8, 9, 16, 24, 100}) {
      String directory = "open-" + flipped;
      PartitionLogConfig config = config(8_000);
      try (PartitionLog log = PartitionLog.open(disk, directory, config, 1)) {
        fill(log, 60);
        Path segment = files(directory, ".segment").get(1);
        byte[] bytes = Files.readAllBytes(segment);
        int batch = ByteBuffer.wrap(bytes).getInt(12);
        batch += BatchBytes.sizeAt(ByteBuffer.wrap(bytes), batch);
        long lost = ByteBuffer.wrap(bytes).getInt(batch + 57);
        bytes[batch + flipped] ^= 0x40;
        Files.write(segment, bytes);
        try (Scrub scrub = log.scrub()) {
          assertTrue(scrub.step(1 << 20));
        }
        assertEquals(180 - lost, PartitionReading.records(log), "flipped " + flipped);
        assertTrue(log.status().damagedBytes() > 0);
      }
    }
  }

  @Test
  void aDamagedHeaderIsReadFromItsCopyOrMadeAnew() throws Exception {
    StreamPosition a;
    try (PartitionLog log = open(config(8_000))) {
      fill(log, 60);
      a = log.position(A);
    }
    for (int i = 0; i < segments().size(); i++) {
      for (int[] damaged : new int[][] {{3}, {1_540}, {2_050}, {3, 1_540, 2_050}}) {
        Path segment = segments().get(i);
        byte[] bytes = Files.readAllBytes(segment);
        for (int at : damaged) {
          bytes[at] ^= 1;
        }
        Files.write(segment, bytes);
        try (PartitionLog log = open(config(8_000))) {
          assertEquals(180, PartitionReading.records(log), "segment " + i);
          assertEquals(a, log.position(A));
        }
      }
    }
  }

  @Test
  void deletesBySizeAndByTimeOfArrivalButNeverTheNewest() throws Exception {
    try (PartitionLog log = open(config(8_000, 0, 20_000, false))) {
      fill(log, 200);
      assertTrue(log.retain(5));
      assertTrue(log.status().sizeBytes() < 30_000);
      assertTrue(log.startOffset() > 0);
      assertNull(log.read(0, 100));
      assertEquals(600 - log.startOffset(), PartitionReading.records(log));
    }
    try (PartitionLog log = PartitionLog.open(disk, "old", config(8_000, 1_000, 0, false), 1)) {
      fill(log, 200);
      assertFalse(log.retain(1_000));
      assertTrue(log.retain(10_000));
      assertEquals(600, log.startOffset());
      assertEquals(600, log.endOffset());
    }
    try (PartitionLog log = PartitionLog.open(disk, "old", config(8_000, 1_000, 0, false), 1)) {
      assertEquals(600, log.endOffset());
      assertEquals(400, log.position(A).next());
    }
  }

  @Test
  void aSliceOutlivesItsSegment() throws Exception {
    try (PartitionLog log = open(config(8_000, 0, 10_000, false))) {
      fill(log, 200);
      try (LogSlice slice = there(log.read(0, 4_000))) {
        assertTrue(log.retain(5));
        assertEquals(0, batches(slice).get(0).baseOffset());
      }
    }
  }

  @Test
  void makesAnIndexAnewThatIsMissingOrWrong() throws Exception {
    try (PartitionLog log = open(config(8_000))) {
      fill(log, 200);
    }
    List<Path> indexes = files(".index");
    Files.delete(indexes.get(0));
    Files.write(indexes.get(1), new byte[] {1, 2, 3});
    byte[] flipped = Files.readAllBytes(indexes.get(2));
    flipped[40] ^= 1;
    Files.write(indexes.get(2), flipped);
    try (PartitionLog log = open(config(8_000))) {
      assertEquals(600, PartitionReading.records(log));
    }
  }

  private PartitionLog open(PartitionLogConfig config) throws IOException {
    return PartitionLog.open(disk, "p", config, 1);
  }

  private static PartitionLogConfig config(long segmentBytes) {
    return config(segmentBytes, 0, 0, false);
  }

  private static PartitionLogConfig config(
      long segmentBytes, long retentionMs, long retentionBytes, boolean isPerEdge) {
    return new PartitionLogConfig(
        LOG_ID,
        segmentBytes,
        retentionMs,
        retentionBytes,
        Limits.FROM_EDGE,
        512,
        isPerEdge ? Content.STREAM : Content.STREAMS);
  }

  /// Three records each time: two of A, one of B.
  private static void fill(PartitionLog log, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      log.append(Batches.of(A, i * 2L, 2), A, 1);
      log.append(Batches.of(B, i, 1), B, 1);
      log.force();
    }
  }

  private List<Path> segments() throws IOException {
    return files(".segment");
  }

  private List<Path> files(String suffix) throws IOException {
    return files("", suffix);
  }

  private List<Path> files(String directory, String suffix) throws IOException {
    try (var files = Files.walk(root.resolve(directory))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static List<BatchView> batches(LogSlice slice) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(slice.length());
    slice.readInto(bytes, 0);
    List<BatchView> batches = new ArrayList<>();
    BatchCursor cursor = new BatchCursor().wrap(bytes.flip());
    while (cursor.next()) {
      cursor.batch().check(Limits.FROM_EDGE);
      batches.add(new BatchView().wrap(bytes, cursor.batch().position()));
    }
    assertEquals(slice.length(), cursor.endPosition());
    return batches;
  }

  private static LogSlice there(@Nullable LogSlice slice) {
    assertNotNull(slice);
    return slice;
  }
}
