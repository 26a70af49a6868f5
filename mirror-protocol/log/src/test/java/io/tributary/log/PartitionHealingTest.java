package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is damaged in a partition's files is found by a scrub, and is again byte for byte what it was when the batches of
/// the other end are given back.
class PartitionHealingTest {
  private static final UUID LOG_ID = new UUID(1, 2);
  private static final long A = 7_001;
  private static final long B = 7_002;
  private static final int SMALL = 6_000;
  private static final int LARGE = 1 << 20;

  @TempDir private Path root;
  private FileDisk disk;

  /// What the other end holds, by stream and offset.
  private final Map<Long, Map<Long, ByteBuffer>> otherEnd = new HashMap<>();

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBitOfABatchIsFoundAndHealed(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(LARGE, isPerEdge);
        Scrub scrub = log.scrub()) {
      fill(log, 4, isPerEdge);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> batches = PartitionReading.batches(whole);
      int from = batches.get(2);
      int to = batches.get(3);
      for (int bit = from * 8; bit < to * 8; bit++) {
        Disks.flip(file, bit);
        assertTrue(scrub.step(LARGE));
        healAll(log, scrub);
        assertArrayEquals(whole, readHealed(file, whole), "bit " + (bit - from * 8));
        assertEquals(List.of(), scrub.findings());
        assertTrue(scrub.step(LARGE));
        assertEquals(List.of(), scrub.findings(), "bit " + (bit - from * 8));
      }
      assertEquals(0, log.status().damagedBytes());
      assertTrue(log.status().healedBatches() > 0);
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void severalBatchesInOneDamageAreHealedWhenTheLastHasCome(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(SMALL, isPerEdge)) {
      fill(log, 60, isPerEdge);
      for (Path file : segments()) {
        byte[] whole = Files.readAllBytes(file);
        List<Integer> batches = PartitionReading.batches(whole);
        for (int count = 1; count < batches.size(); count += 5) {
          byte[] damaged = whole.clone();
          for (int i = 0; i < count; i++) {
            damaged[batches.get(i) + 70] ^= 1;
          }
          Files.write(file, damaged);
          try (Scrub scrub = log.scrub()) {
            assertTrue(scrub.step(LARGE));
            assertFalse(scrub.findings().isEmpty());
            healAll(log, scrub);
          }
          assertArrayEquals(whole, readHealed(file, whole), file + ", " + count + " batches");
        }
      }
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @Test
  void whatIsHealedIsReadThoughAPowerCutBringsTheOldIndexBack() throws Exception {
    byte[] old;
    try (PartitionLog log = open(SMALL, false)) {
      fill(log, 60, false);
      Disks.flip(
          segments().get(0),
          (PartitionReading.batches(Files.readAllBytes(segments().get(0))).get(2) + 70) * 8);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        old = Files.readAllBytes(PartitionReading.files(root, ".index").get(0));
        healAll(log, scrub);
      }
    }
    Path index = PartitionReading.files(root, ".index").get(0);
    assertFalse(Arrays.equals(old, Files.readAllBytes(index)));
    Files.write(index, old);
    try (PartitionLog log = open(SMALL, false)) {
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @Test
  void batchesOfWhichNothingIsLeftAreHealedWhenTheyFillTheRoom() throws Exception {
    try (PartitionLog log = open(LARGE, true)) {
      fill(log, 20, true);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      List<Integer> batches = PartitionReading.batches(whole);
      Arrays.fill(damaged, batches.get(3) + 5, batches.get(7), (byte) 0);
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        assertEquals(1, scrub.findings().size());
        healAll(log, scrub);
      }
      assertArrayEquals(whole, readHealed(file, whole));
    }
  }

  @Test
  void whatWouldGetOtherOffsetsThanBeforeIsLeftAlone() throws Exception {
    try (PartitionLog log = open(LARGE, false)) {
      fill(log, 20, false);
      Path file = segments().get(0);
      byte[] damaged = Files.readAllBytes(file);
      List<Integer> batches = PartitionReading.batches(damaged);
      Arrays.fill(damaged, batches.get(3), batches.get(7), (byte) 0);
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        for (Finding finding : scrub.findings()) {
          assertTrue(log.heal(finding, lacking(finding)) != Healing.HEALED);
        }
      }
      assertArrayEquals(damaged, readHealed(file, damaged));
    }
  }

  @Test
  void refusesWhatIsNotWhatWasThere() throws Exception {
    try (PartitionLog log = open(LARGE, false)) {
      fill(log, 10, false);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[PartitionReading.batches(whole).get(4) + 80] ^= 8;
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        Finding finding = scrub.findings().get(0);
        assertEquals(A, finding.streamId());
        ByteBuffer right = lacking(finding).get(0);
        ByteBuffer wrongCrc = copy(right);
        wrongCrc.put(90, (byte) (wrongCrc.get(90) ^ 1));
        int count = (int) (finding.to() - finding.from());
        ByteBuffer otherStream = Batches.of(B, finding.from(), count);
        ByteBuffer otherPlace = Batches.of(A, finding.from() + 1, count);
        ByteBuffer larger = Batches.of(A, finding.from(), 1);
        ByteBuffer cut = copy(right).limit(right.limit() - 1);
        for (ByteBuffer wrong : List.of(wrongCrc, otherStream, otherPlace, larger, cut)) {
          assertTrue(log.heal(finding, List.of(wrong)) != Healing.HEALED, wrong.toString());
          assertArrayEquals(damaged, Files.readAllBytes(file));
        }
        assertEquals(Healing.HEALED, log.heal(finding, List.of(right)));
        assertEquals(Healing.HEALED, log.heal(finding, List.of(right)), "again");
        assertArrayEquals(whole, readHealed(file, whole));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHealThatACrashCutsAnywhereIsDoneAgain(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(LARGE, isPerEdge)) {
      fill(log, 8, isPerEdge);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    List<Integer> batches = PartitionReading.batches(whole);
    byte[] damaged = whole.clone();
    for (int i = 2; i < 5; i++) {
      damaged[batches.get(i) + 90] ^= 1;
    }
    for (int cut = batches.get(2); cut <= batches.get(5); cut += 61) {
      byte[] cutShort = damaged.clone();
      System.arraycopy(whole, batches.get(2), cutShort, batches.get(2), cut - batches.get(2));
      Files.write(file, cutShort);
      try (PartitionLog log = open(LARGE, isPerEdge);
          Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        healAll(log, scrub);
        assertArrayEquals(whole, readHealed(file, whole), "cut at " + cut);
        assertEquals(log.endOffset(), PartitionReading.records(log));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gapsStayWhereTheyAreAndExplainTheirHoles(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(LARGE, isPerEdge)) {
      append(log, A, 0, 3);
      log.appendGap(A, new Gap(3, 10, GapReason.DROP_OLDEST), 77, 1);
      append(log, A, 10, 3);
      log.appendGap(A, new Gap(13, 20, GapReason.DROP_NEWEST), log.position(A).digest(), 1);
      append(log, A, 20, 3);
      log.force();
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> batches = PartitionReading.batches(whole);
      for (int batch : new int[] {0, 2, 4}) {
        byte[] damaged = whole.clone();
        damaged[batches.get(batch) + 90] ^= 1;
        Files.write(file, damaged);
        try (Scrub scrub = log.scrub()) {
          assertTrue(scrub.step(LARGE));
          assertEquals(1, scrub.findings().size());
          assertEquals(batch * 5L, scrub.findings().get(0).from());
          assertEquals(batch * 5L + 3, scrub.findings().get(0).to());
          healAll(log, scrub);
        }
        assertArrayEquals(whole, readHealed(file, whole), "batch " + batch);
      }
    }
  }

  @Test
  void batchesAreCheckedAlsoWhereBothHeadersAreGone() throws Exception {
    try (PartitionLog log = open(SMALL, false)) {
      fill(log, 60, false);
      Path file = segments().get(1);
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[3] ^= 1;
      damaged[1_540] ^= 1;
      damaged[PartitionReading.batches(whole).get(3) + 90] ^= 1;
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        List<Finding> findings = scrub.findings();
        assertEquals(2, findings.size(), findings.toString());
        assertEquals(Finding.NO_STREAM, findings.get(0).streamId());
        Finding batch = findings.get(1);
        assertEquals(Healing.HEALED, log.heal(batch, lacking(batch)));
      }
    }
    try (PartitionLog log = open(SMALL, false)) {
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @Test
  @Timeout(60)
  void readersAndTheWriterGoOnMeanwhile() throws Exception {
    try (PartitionLog log = open(SMALL, false);
        Scrub scrub = log.scrub()) {
      fill(log, 60, false);
      AtomicBoolean isDone = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  while (!isDone.get()) {
                    readOnce(log);
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              },
              "reader");
      Thread writer =
          new Thread(
              () -> {
                try {
                  for (long next = 180; !isDone.get() && next < 3_000; next += 3) {
                    log.append(Batches.of(A, next, 3), A, 1);
                    log.force();
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              },
              "writer");
      List<Path> sealed = segments().subList(0, 3);
      reader.start();
      writer.start();
      for (int round = 0; round < 30; round++) {
        Path file = sealed.get(round % 3);
        byte[] whole = Files.readAllBytes(file);
        int batch = PartitionReading.batches(whole).get(2 + round % 4);
        Disks.flip(file, (batch + 90) * 8L);
        while (!scrub.step(LARGE)) {
          assertNull(failure.get());
        }
        healAll(log, scrub);
        assertArrayEquals(whole, Files.readAllBytes(file));
      }
      isDone.set(true);
      reader.join();
      writer.join();
      assertNull(failure.get());
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
  }

  @Test
  void namesARemovedBatchAndAReplacedOneExactly() throws Exception {
    try (PartitionLog log = open(LARGE, false)) {
      fill(log, 10, false);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    List<Integer> at = PartitionReading.batches(whole);
    byte[] removed = new byte[whole.length - (at.get(5) - at.get(4))];
    System.arraycopy(whole, 0, removed, 0, at.get(4));
    System.arraycopy(whole, at.get(5), removed, at.get(4), whole.length - at.get(5));
    try (PartitionLog log = open(LARGE, false);
        Scrub scrub = log.scrub()) {
      Files.write(file, removed);
      BatchView gone = new BatchView().wrap(ByteBuffer.wrap(whole), at.get(4));
      assertTrue(scrub.step(LARGE));
      Finding absent = scrub.findings().get(0);
      assertEquals(Finding.Kind.ABSENT, absent.kind());
      assertEquals(gone.streamId(), absent.streamId());
      assertEquals(gone.streamOffset(), absent.from());
      assertEquals(gone.streamOffset() + gone.count(), absent.to());
      Files.write(file, whole);
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());

      byte[] replaced = whole.clone();
      ByteBuffer other = Batches.of(A, gone.streamOffset(), gone.count(), 5_000);
      BatchBytes.setBaseOffset(other, 0, gone.baseOffset());
      other.get(0, replaced, at.get(4), other.limit());
      assertEquals(at.get(5) - at.get(4), other.limit());
      Files.write(file, replaced);
      assertTrue(scrub.step(LARGE));
      assertEquals(1, scrub.findings().size());
      assertEquals(Finding.Kind.CHANGED, scrub.findings().get(0).kind());
      assertEquals(A, scrub.findings().get(0).streamId());
    }
  }

  @Test
  void checkpointsAreTheDigestsOfTheStreams() throws Exception {
    try (PartitionLog log = open(SMALL, false);
        Scrub scrub = log.scrub()) {
      fill(log, 60, false);
      assertTrue(scrub.step(LARGE));
      assertTrue(scrub.checkpoints().size() > 4);
      for (StreamPosition checkpoint : scrub.checkpoints()) {
        assertEquals(log.digestAt(checkpoint.streamId(), checkpoint.next()), checkpoint.digest());
      }
      assertTrue(scrub.checkpoints().contains(log.position(A)));
      assertTrue(scrub.checkpoints().contains(log.position(B)));
    }
  }

  @Test
  void readsInSmallStepsWhileTheWriterGoesOnAndOldSegmentsGo() throws Exception {
    PartitionLogConfig config = config(SMALL, 0, 5L * SMALL, false);
    try (PartitionLog log = PartitionLog.open(disk, "p", config, 1);
        Scrub scrub = log.scrub()) {
      long next = 0;
      while (scrub.passes() < 20) {
        append(log, A, next, 3);
        append(log, B, next, 3);
        log.force();
        log.retain(1);
        next += 3;
        scrub.step(900);
        assertEquals(List.of(), scrub.findings());
      }
      assertTrue(scrub.bytesRead() > 0);
    }
  }

  @Test
  void headersAndIndexesAreMadeWholeAgain() throws Exception {
    try (PartitionLog log = open(SMALL, false)) {
      fill(log, 60, false);
      for (Path file : PartitionReading.files(root, ".segment")) {
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {3, 100, 510, 1_540, 2_050, 2_562}) {
          byte[] damaged = whole.clone();
          damaged[at] ^= 1;
          Files.write(file, damaged);
          try (Scrub scrub = log.scrub()) {
            assertTrue(scrub.step(LARGE));
            assertEquals(List.of(), scrub.findings());
          }
          assertArrayEquals(whole, Files.readAllBytes(file), file + " at " + at);
        }
      }
      List<Path> indexes = PartitionReading.files(root, ".index");
      byte[] first = Files.readAllBytes(indexes.get(0));
      byte[] second = Files.readAllBytes(indexes.get(1));
      Files.delete(indexes.get(0));
      Files.write(indexes.get(1), new byte[] {1, 2, 3});
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
      }
      assertArrayEquals(first, Files.readAllBytes(indexes.get(0)));
      assertArrayEquals(second, Files.readAllBytes(indexes.get(1)));
    }
  }

  @Test
  void batchesAreGivenAsTheirEdgeWroteThem() throws Exception {
    try (PartitionLog log = open(SMALL, false)) {
      fill(log, 60, false);
      log.appendGap(A, new Gap(180, 190, GapReason.DROP_OLDEST), 77, 1);
      log.force();
      for (long streamId : new long[] {A, B}) {
        for (long from = 0; from < 180; from += 3) {
          ByteBuffer batch = log.batchFrom(streamId, from);
          assertNotNull(batch);
          new BatchView().wrap(batch, 0).checkFromEdge(Limits.FROM_EDGE);
          assertEquals(there(there(otherEnd.get(streamId)).get(from)), batch);
          ByteBuffer behind = from + 3 < 180 ? there(otherEnd.get(streamId)).get(from + 3) : null;
          assertEquals(behind, log.batchFrom(streamId, from + 1), "the first one behind it");
        }
      }
      assertNull(log.batchFrom(A, 180), "a Gap is none");
      assertNull(log.batchFrom(A, 500));
      assertNull(log.batchFrom(99, 0));
    }
  }

  @Test
  void whatWasHealedIsServedAfterTheNextStartToo() throws Exception {
    byte[] whole;
    Path file;
    try (PartitionLog log = open(SMALL, false)) {
      fill(log, 60, false);
      file = segments().get(1);
      whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[PartitionReading.batches(whole).get(2) + 30] ^= 1;
      Files.write(file, damaged);
      try (Scrub scrub = log.scrub()) {
        assertTrue(scrub.step(LARGE));
        assertTrue(PartitionReading.records(log) < log.endOffset());
        healAll(log, scrub);
      }
      assertEquals(log.endOffset(), PartitionReading.records(log));
    }
    try (PartitionLog log = open(SMALL, false)) {
      assertEquals(log.endOffset(), PartitionReading.records(log));
      assertTrue(log.digestAt(A, 180) != Digest.UNKNOWN);
    }
  }

  /// Behind two batches that are damaged the log looks for one of a stream that is known; the table at the beginning of its
  /// first segment knows none.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamGoesOnWhereItWasThoughItsFirstBatchesAreDamaged(boolean isPerEdge) throws Exception {
    try (PartitionLog log = open(LARGE, isPerEdge)) {
      fill(log, 6, isPerEdge);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    List<Integer> batches = PartitionReading.batches(whole);
    int count = isPerEdge ? 2 : 4;
    for (int i = 0; i < count; i++) {
      damaged[batches.get(i) + 70] ^= 1;
    }
    Files.write(file, damaged);
    try (PartitionLog log =
            PartitionLog.open(
                disk, "p", config(LARGE, 0, 0, isPerEdge), id -> id == A || id == B, 1);
        Scrub scrub = log.scrub()) {
      assertEquals(18, log.position(A).next());
      assertEquals(isPerEdge ? -1 : 18, log.position(B).next());
      assertEquals(log.endOffset() - count * 3L, PartitionReading.records(log));
      assertTrue(scrub.step(LARGE));
      healAll(log, scrub);
      assertArrayEquals(whole, readHealed(file, whole));
    }
  }

  private static void readOnce(PartitionLog log) throws Exception {
    try {
      PartitionReading.records(log);
    } catch (BatchRefused flipped) {
      assertEquals(BatchRefused.Reason.CRC, flipped.reason(), "the bit flipped since the check");
    }
  }

  /// Gives back what the other end holds of all that is found.
  private void healAll(PartitionLog log, Scrub scrub) throws IOException {
    for (Finding finding : scrub.findings()) {
      assertTrue(finding.isHealable(), finding.toString());
      assertTrue(log.heal(finding, lacking(finding)) != Healing.UNFIT, finding.toString());
    }
    assertEquals(List.of(), scrub.findings());
  }

  private List<ByteBuffer> lacking(Finding finding) {
    List<ByteBuffer> batches = new ArrayList<>();
    Map<Long, ByteBuffer> stream = there(otherEnd.get(finding.streamId()));
    for (long at = finding.from(); at < finding.to(); ) {
      ByteBuffer batch = there(stream.get(at));
      batches.add(batch.duplicate());
      at += new BatchView().wrap(batch, 0).count();
    }
    return batches;
  }

  /// All but the stamps, which the log writes while it is open.
  private static byte[] readHealed(Path file, byte[] whole) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    System.arraycopy(whole, 512, bytes, 512, 1_024);
    return bytes;
  }

  private PartitionLog open(long segmentBytes, boolean isPerEdge) throws IOException {
    return PartitionLog.open(disk, "p", config(segmentBytes, 0, 0, isPerEdge), 1);
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

  /// Batches of three records; of A and B in turn, or of A alone.
  private void fill(PartitionLog log, int times, boolean isPerEdge) throws IOException {
    for (int i = 0; i < times; i++) {
      append(log, A, i * 3L, 3);
      if (!isPerEdge) {
        append(log, B, i * 3L, 3);
      }
      log.force();
    }
  }

  private void append(PartitionLog log, long streamId, long from, int count) throws IOException {
    ByteBuffer batch = Batches.of(streamId, from, count);
    otherEnd.computeIfAbsent(streamId, id -> new HashMap<>()).put(from, copy(batch));
    log.append(batch, streamId, 1);
  }

  private static ByteBuffer copy(ByteBuffer batch) {
    return ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }

  private static <T> T there(@Nullable T found) {
    assertNotNull(found);
    return found;
  }
}
