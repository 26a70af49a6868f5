package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchCursor;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The offsets of a partition: what of them lies outside a batch's CRC reaches no reader when it is wrong, and none is
/// given out twice, whatever is missing at the end of a file.
class PartitionOffsetsTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final long B = 7_002;
  private static final int SEGMENT_BYTES = 5_000;
  private static final int LARGE = 1 << 20;

  /// Base offset and leader epoch.
  private static final List<Integer> OUTSIDE_THE_CRC =
      List.of(0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15);

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReaderNeverSeesWhatFlippedOutsideTheCrc(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(SEGMENT_BYTES, isPerEdge)) {
      fill(log, 40, isPerEdge);
      List<Long> offsets = PartitionReading.offsets(log);
      int seen = 0;
      for (Path file : segments()) {
        byte[] whole = Files.readAllBytes(file);
        List<Integer> batches = batches(whole);
        for (int batch : List.of(0, 1, batches.size() / 2, batches.size() - 1)) {
          for (int at : OUTSIDE_THE_CRC) {
            int bit = (batches.get(batch) + at) * 8 + seen++ % 8;
            Disks.flip(file, bit);
            assertEquals(
                offsets, PartitionReading.offsets(log), file + ", batch " + batch + ", byte " + at);
            assertArrayEquals(whole, Files.readAllBytes(file), "it is written again");
          }
        }
      }
      assertEquals(0, log.status().damagedBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStartWritesAgainWhatFlippedOutsideTheCrc(boolean isPerEdge) throws Exception {
    List<Long> offsets;
    StreamPosition end;
    try (PartitionLog log = open(LARGE, isPerEdge)) {
      fill(log, 4, isPerEdge);
      offsets = PartitionReading.offsets(log);
      end = log.position(A);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int batch : batches(whole)) {
      for (int at : OUTSIDE_THE_CRC) {
        Disks.flip(file, (batch + at) * 8L);
        try (PartitionLog log = open(LARGE, isPerEdge)) {
          assertEquals(end, log.position(A), "batch at " + batch + ", byte " + at);
          assertEquals(offsets, PartitionReading.offsets(log));
          assertEquals(0, log.status().damagedBytes());
        }
        assertArrayEquals(batchBytes(whole), batchBytes(Files.readAllBytes(file)));
      }
    }
  }

  @Test
  void timesAreFoundWithTheOffsetThatTheirBatchShouldHave() throws Exception {
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      for (int i = 0; i < 60; i++) {
        log.append(Batches.of(A, i, 1, 1_000 + i * 10), A, 1);
        log.force();
      }
      Path file = segments().get(1);
      int batch = batches(Files.readAllBytes(file)).get(3);
      BatchView view = new BatchView().wrap(ByteBuffer.wrap(Files.readAllBytes(file)), batch);
      TimeAndOffset expected = new TimeAndOffset(view.baseTimestampMs(), view.baseOffset());
      Disks.flip(file, (batch + 6) * 8L);
      assertEquals(expected, log.offsetForTime(expected.timestampMs()));
    }
  }

  @Test
  void anIndexThatIsMadeAnewTellsTheOffsetsThatShouldBe() throws Exception {
    List<Long> offsets;
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      fill(log, 40, false);
      offsets = PartitionReading.offsets(log);
    }
    for (Path file : segments()) {
      Disks.flip(file, (batches(Files.readAllBytes(file)).get(0) + 5) * 8L);
    }
    for (Path index : PartitionReading.files(root, ".index")) {
      Files.delete(index);
    }
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      for (int i = offsets.size() - 1; i >= 0; i--) {
        try (LogSlice slice = there(log.read(offsets.get(i), 1))) {
          assertEquals(offsets.get(i), slice.baseOffset());
        }
      }
      assertEquals(offsets, PartitionReading.offsets(log));
    }
  }

  @Test
  void behindDamageTheBatchesBehindTellWhatOneShouldSay() throws Exception {
    try (PartitionLog log = open(LARGE, false)) {
      fill(log, 6, false);
      List<Long> offsets = PartitionReading.offsets(log);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> batches = batches(whole);
      for (int lost = 0; lost + 4 < batches.size(); lost++) {
        for (int at = 0; at < 8; at++) {
          byte[] damaged = whole.clone();
          damaged[batches.get(lost) + 80] ^= 1;
          damaged[batches.get(lost + 1) + at] ^= 1;
          Files.write(file, damaged);
          try (Scrub scrub = log.scrub()) {
            assertTrue(scrub.step(LARGE));
          }
          List<Long> expected = new ArrayList<>(offsets);
          expected.remove(lost);
          assertEquals(expected, PartitionReading.offsets(log), "batch " + lost + ", byte " + at);
        }
        Files.write(file, whole);
        try (Scrub scrub = log.scrub()) {
          assertTrue(scrub.step(LARGE));
        }
        assertEquals(offsets, PartitionReading.offsets(log));
      }
    }
  }

  /// Which of them are right, of three batches that lie alone between damage, is told by where those behind them begin.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void whatLiesAloneBetweenDamageIsServedWhereItsOffsetFits(int flipped) throws Exception {
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      fill(log, 60, false);
      List<Long> expected = new ArrayList<>(PartitionReading.offsets(log));
      Path file = segments().get(1);
      byte[] damaged = Files.readAllBytes(file);
      List<Integer> batches = batches(damaged);
      for (int batch = 2; batch < 9; batch++) {
        int at = batches.get(batch);
        boolean isWhole = batch % 2 == 1;
        if (!isWhole || (flipped >> (batch / 2 - 1) & 1) == 1) {
          expected.remove(new BatchView().wrap(ByteBuffer.wrap(damaged), at).baseOffset());
          damaged[at + (isWhole ? 5 : 80)] ^= 1;
        }
      }
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
      }
      assertEquals(expected, PartitionReading.offsets(log));
      assertNotNull(log.offsetForTime(0));
    }
  }

  /// What is appended behind a batch that was cut short could be taken for the rest of it; and who has read an offset must
  /// not find something else there.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsAppendedBehindWhatWasCutShortAndNoOffsetIsGivenTwice(boolean isPerEdge)
      throws Exception {
    try (PartitionLog log = open(LARGE, isPerEdge)) {
      fill(log, 4, isPerEdge);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    int lastBatch = batches(whole).get(batches(whole).size() - 2);
    for (int length = lastBatch; length < whole.length; length++) {
      for (Path segment : segments()) {
        Files.delete(segment);
      }
      Files.write(file, Arrays.copyOf(whole, length));
      long end;
      StreamPosition position;
      try (PartitionLog log = open(LARGE, isPerEdge)) {
        long next = log.position(A).next();
        assertTrue(isPerEdge || log.endOffset() == 12, "the end is " + log.endOffset());
        assertEquals(log.endOffset(), log.append(Batches.of(A, next, 3), A, 1));
        log.force();
        end = log.endOffset();
        position = log.position(A);
      }
      try (PartitionLog log = open(LARGE, isPerEdge)) {
        assertEquals(end, log.endOffset(), "cut to " + length);
        assertEquals(position, log.position(A), "cut to " + length);
        long start = end - 3;
        try (LogSlice slice = there(log.read(start, 1))) {
          assertEquals(start, slice.baseOffset());
        }
        assertEquals(
            start, PartitionReading.offsets(log).get(PartitionReading.offsets(log).size() - 1));
      }
    }
  }

  @Test
  void aFlawInTheLastBatchOfAllDoesNotMakeItsOffsetsBeGivenTwice() throws Exception {
    try (PartitionLog log = open(LARGE, false)) {
      fill(log, 4, false);
    }
    Path file = segments().get(0);
    List<Integer> batches = batches(Files.readAllBytes(file));
    Disks.flip(file, (batches.get(batches.size() - 1) + 80) * 8L);
    try (PartitionLog log = open(LARGE, false)) {
      assertEquals(12, log.endOffset());
      assertEquals(3, log.position(B).next(), "its edge sends it again");
      assertEquals(12, log.append(Batches.of(B, 3, 1), B, 1));
      log.force();
      List<Long> offsets = PartitionReading.offsets(log);
      assertEquals(List.of(9L, 12L), offsets.subList(offsets.size() - 2, offsets.size()));
    }
  }

  @Test
  void aHeaderThatIsMadeAnewBehindAFlawBeginsWhereItsBatchesDo() throws Exception {
    List<Long> offsets;
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      fill(log, 40, false);
      offsets = PartitionReading.offsets(log);
    }
    Path first = segments().get(0);
    List<Integer> batches = batches(Files.readAllBytes(first));
    Disks.flip(first, (batches.get(batches.size() - 1) + 80) * 8L);
    Path second = segments().get(1);
    for (int at : new int[] {3, 1_540}) {
      Disks.flip(second, at * 8L);
    }
    offsets.remove(batches.size() - 1);
    try (PartitionLog log = open(SEGMENT_BYTES, false)) {
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
      }
      assertEquals(offsets, PartitionReading.offsets(log));
    }
  }

  private PartitionLog open(long segmentBytes, boolean isPerEdge) throws IOException {
    PartitionLogConfig config =
        new PartitionLogConfig(
            LOG_ID,
            segmentBytes,
            0,
            0,
            Limits.FROM_EDGE,
            512,
            isPerEdge ? Content.STREAM : Content.STREAMS);
    return PartitionLog.open(disk, "p", config, 1);
  }

  /// Three records each time: two of A and one of B, or all of A.
  private static void fill(PartitionLog log, int times, boolean isPerEdge) throws IOException {
    for (int i = 0; i < times; i++) {
      if (isPerEdge) {
        log.append(Batches.of(A, i * 3L, 2), A, 1);
        log.append(Batches.of(A, i * 3L + 2, 1), A, 1);
      } else {
        log.append(Batches.of(A, i * 2L, 2), A, 1);
        log.append(Batches.of(B, i, 1), B, 1);
      }
      log.force();
    }
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }

  /// Where the batches of a segment begin.
  private static List<Integer> batches(byte[] segment) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(segment);
    List<Integer> positions = new ArrayList<>();
    BatchCursor cursor = new BatchCursor().wrap(bytes.position(bytes.getInt(12)));
    while (cursor.next()) {
      positions.add(cursor.batch().position());
    }
    return positions;
  }

  private static byte[] batchBytes(byte[] segment) {
    int from = ByteBuffer.wrap(segment).getInt(12);
    return Arrays.copyOfRange(segment, from, segment.length);
  }

  private static <T> T there(@Nullable T found) {
    assertNotNull(found);
    return found;
  }
}
