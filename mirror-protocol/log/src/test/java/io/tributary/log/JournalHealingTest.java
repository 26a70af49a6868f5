package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same for a journal: what the hub has goes back to where it lay.
class JournalHealingTest {
  private static final UUID LOG_ID = new UUID(3, 4);
  private static final long A = 8_001;
  private static final long B = 8_002;
  private static final int LARGE = 1 << 24;

  @TempDir private Path root;
  private FileDisk disk;

  /// What the other end holds, by stream and offset.
  private final Map<Long, Map<Long, ByteBuffer>> otherEnd = new HashMap<>();

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void everyBitOfABatchIsFoundAndHealed() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      born(journal);
      fill(journal, 3);
      remember(journal);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> batches = PartitionReading.batches(whole);
      int place = 0;
      while (streamOf(whole, batches.get(place)) != A) {
        place++;
      }
      for (int bit = batches.get(place) * 8; bit < batches.get(place + 1) * 8; bit++) {
        Disks.flip(file, bit);
        assertTrue(scrub.step(LARGE));
        healAll(journal, scrub);
        assertArrayEquals(whole, Files.readAllBytes(file), "bit " + bit);
      }
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
      assertEquals(0, journal.status().damagedBytes());
      assertTrue(journal.status().healedBatches() > 0);
    }
  }

  @Test
  void aFlawInAGroupHeaderIsToldAndHidesNothing() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      born(journal);
      fill(journal, 6);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      for (int at : PartitionReading.batches(whole)) {
        if (at < whole.length && streamOf(whole, at) == -1) {
          Disks.flip(file, (at + 66) * 8L);
          assertTrue(scrub.step(LARGE));
          for (Finding finding : scrub.findings()) {
            assertEquals(Finding.NO_STREAM, finding.streamId(), finding.toString());
          }
          assertFalse(scrub.findings().isEmpty());
          Disks.flip(file, (at + 66) * 8L);
        }
      }
    }
  }

  @Test
  void severalBatchesInOneDamageAreHealedInOldAndNewSegments() throws Exception {
    try (Journal journal = open()) {
      born(journal);
      fillLarge(journal, 120);
      remember(journal);
      assertTrue(journal.status().segments() > 2);
      for (Path file : segments()) {
        byte[] whole = Files.readAllBytes(file);
        List<Integer> batches = PartitionReading.batches(whole);
        for (int first = 0; first + 4 < batches.size(); first += 23) {
          byte[] damaged = whole.clone();
          int flipped = 0;
          for (int i = first; flipped < 2; i++) {
            if (streamOf(whole, batches.get(i)) >= 0) {
              damaged[batches.get(i) + 75] ^= 1;
              flipped++;
            }
          }
          Files.write(file, damaged);
          try (Scrub scrub = journal.scrub()) {
            assertTrue(scrub.step(LARGE));
            assertFalse(scrub.findings().isEmpty());
            healAll(journal, scrub);
          }
          assertArrayEquals(whole, Files.readAllBytes(file), file + " at " + first);
        }
      }
      for (JournalStream stream : journal.streams().values()) {
        for (long offset : there(otherEnd.get(stream.id())).keySet()) {
          assertTrue(journal.digestAt(stream.id(), offset) != Digest.UNKNOWN);
        }
      }
    }
  }

  @Test
  void digestsBeforeAndBehindDamageAreKnown() throws Exception {
    try (Journal journal = open()) {
      born(journal);
      fillLarge(journal, 40);
      remember(journal);
      Map<Long, Long> digests = new HashMap<>();
      for (long offset : there(otherEnd.get(A)).keySet()) {
        digests.put(offset, journal.digestAt(A, offset));
      }
      for (Path file : segments()) {
        byte[] whole = Files.readAllBytes(file);
        for (int at : PartitionReading.batches(whole)) {
          if (at < whole.length && streamOf(whole, at) == A) {
            Disks.flip(file, (at + 75) * 8L);
            for (Map.Entry<Long, Long> known : digests.entrySet()) {
              long offset = known.getKey();
              assertEquals(known.getValue(), journal.digestAt(A, offset), file + " " + at);
              assertTrue(journal.boundaryAt(A, offset + 1).next() <= offset + 1);
            }
            Disks.flip(file, (at + 75) * 8L);
          }
        }
      }
    }
  }

  @Test
  void aHealThatACrashCutsAnywhereIsDoneAgain() throws Exception {
    try (Journal journal = open()) {
      born(journal);
      fill(journal, 6);
      remember(journal);
    }
    Path file = segments().get(0);
    byte[] whole = Files.readAllBytes(file);
    List<Integer> batches = PartitionReading.batches(whole);
    int first = 4;
    while (streamOf(whole, batches.get(first)) != A) {
      first++;
    }
    int from = batches.get(first);
    int to = batches.get(first + 2);
    byte[] damaged = whole.clone();
    damaged[from + 90] ^= 1;
    damaged[batches.get(first + 1) + 90] ^= 1;
    for (int cut = from; cut <= to; cut += 61) {
      byte[] cutShort = damaged.clone();
      System.arraycopy(whole, from, cutShort, from, cut - from);
      Files.write(file, cutShort);
      try (Journal journal = open();
          Scrub scrub = journal.scrub()) {
        assertTrue(scrub.step(LARGE));
        healAll(journal, scrub);
      }
      byte[] healed = Files.readAllBytes(file);
      assertArrayEquals(whole, Arrays.copyOf(healed, whole.length), "cut at " + cut);
    }
  }

  @Test
  void batchesOfWhichNothingIsLeftAreHealedWhenTheyFillTheRoom() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      born(journal);
      fill(journal, 6);
      remember(journal);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> batches = PartitionReading.batches(whole);
      int first = 4;
      while (streamOf(whole, batches.get(first)) != A) {
        first++;
      }
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, batches.get(first), batches.get(first + 2), (byte) 0);
      Files.write(file, damaged);
      assertTrue(scrub.step(LARGE));
      assertEquals(2, scrub.findings().size());
      for (Finding finding : scrub.findings()) {
        Healing healing = journal.heal(finding, lacking(finding));
        assertTrue(healing == Healing.KEPT || healing == Healing.HEALED, healing.name());
      }
      assertEquals(List.of(), scrub.findings());
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
    }
  }

  @Test
  void namesARemovedBatchAndAReplacedOneExactly() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      born(journal);
      fill(journal, 6);
      Path file = segments().get(0);
      byte[] whole = Files.readAllBytes(file);
      List<Integer> at = PartitionReading.batches(whole);
      int place = 4;
      while (streamOf(whole, at.get(place)) != B) {
        place++;
      }
      BatchView view = new BatchView().wrap(ByteBuffer.wrap(whole), at.get(place));
      long from = view.streamOffset();
      long to = from + view.count();
      ByteBuffer other = Batches.of(B, from, view.count(), 5_000);
      assertEquals(at.get(place + 1) - at.get(place), other.limit());
      byte[] replaced = whole.clone();
      other.get(0, replaced, at.get(place), other.limit());
      Files.write(file, replaced);
      assertTrue(scrub.step(LARGE));
      Finding changed =
          new Finding(Finding.Kind.CHANGED, B, from, to, file.getFileName().toString(), -1, 0);
      assertEquals(List.of(changed), scrub.findings());
      Files.write(file, whole);
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
    }
  }

  @Test
  void gapsAreNotMissedRecords() throws Exception {
    try (Journal journal = open();
        Scrub scrub = journal.scrub()) {
      born(journal);
      fill(journal, 2);
      long end = there(journal.stream(A)).end();
      assertEquals(JumpResult.JUMPED, journal.jump(A, end, end + 10, 77, 1));
      fill(journal, 2);
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
      assertTrue(scrub.checkpoints().contains(endOf(journal, A)));
      assertTrue(scrub.checkpoints().contains(endOf(journal, B)));
    }
  }

  @Test
  void batchesAreGivenAsTheyWereWritten() throws Exception {
    try (Journal journal = open()) {
      born(journal);
      fillLarge(journal, 120);
      remember(journal);
      for (Map.Entry<Long, Map<Long, ByteBuffer>> stream : otherEnd.entrySet()) {
        for (Map.Entry<Long, ByteBuffer> batch : stream.getValue().entrySet()) {
          assertEquals(batch.getValue(), journal.batchFrom(stream.getKey(), batch.getKey()));
        }
        long first = stream.getValue().keySet().stream().sorted().findFirst().orElseThrow();
        long second =
            stream.getValue().keySet().stream().sorted().skip(1).findFirst().orElseThrow();
        assertEquals(stream.getValue().get(second), journal.batchFrom(stream.getKey(), first + 1));
        assertNull(journal.batchFrom(stream.getKey(), 1_000_000));
      }
      assertNull(journal.batchFrom(99, 0));
    }
  }

  private static StreamPosition endOf(Journal journal, long streamId) {
    JournalStream stream = there(journal.stream(streamId));
    return new StreamPosition(streamId, stream.end(), stream.digestAtEnd());
  }

  private void healAll(Journal journal, Scrub scrub) throws IOException {
    for (Finding finding : scrub.findings()) {
      assertTrue(finding.isHealable(), finding.toString());
      assertEquals(Healing.HEALED, journal.heal(finding, lacking(finding)), finding.toString());
    }
    assertEquals(List.of(), scrub.findings());
  }

  private List<ByteBuffer> lacking(Finding finding) {
    List<ByteBuffer> batches = new ArrayList<>();
    Map<Long, ByteBuffer> stream = there(otherEnd.get(finding.streamId()));
    for (long at = finding.from(); at < finding.to(); ) {
      ByteBuffer batch = there(stream.get(at));
      batches.add(batch);
      at += new BatchView().wrap(batch, 0).count();
    }
    return batches;
  }

  private Journal open() throws IOException {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            JournalConfig.SEGMENT_BYTES,
            JournalConfig.GROUP_BYTES,
            JournalConfig.BATCH_BYTES,
            2 * JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(disk, "j", config, 1);
  }

  private static void born(Journal journal) throws IOException {
    assertEquals(Admission.ADMITTED, journal.createStream(A, "a"));
    assertEquals(Admission.ADMITTED, journal.createStream(B, "b"));
    journal.commit(1);
  }

  private static void fill(Journal journal, int groups) throws Exception {
    for (int i = 0; i < groups; i++) {
      add(journal, A, 3);
      add(journal, B, 2);
      journal.commit(1);
    }
  }

  private static void add(Journal journal, long streamId, int records) throws Exception {
    JournalStream stream = journal.stream(streamId);
    long from = stream == null ? 0 : stream.end();
    for (int i = 0; i < records; i++) {
      byte[] value = Batches.value(streamId, from + i);
      journal.add(streamId, 1_000 + from + i, null, value, EncodedHeaders.NONE);
    }
  }

  private static void fillLarge(Journal journal, int groups) throws Exception {
    for (int i = 0; i < groups; i++) {
      for (long streamId : new long[] {A, B}) {
        for (int record = 0; record < 20; record++) {
          byte[] value = new byte[500];
          value[i] = (byte) record;
          journal.add(streamId, 1_000 + record, null, value, EncodedHeaders.NONE);
        }
      }
      journal.commit(i);
    }
  }

  private void remember(Journal journal) throws IOException {
    JournalCursor cursor = journal.cursor();
    cursor.resume(A, 0);
    cursor.resume(B, 0);
    for (JournalCursor.Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
      if (piece instanceof JournalCursor.BatchPiece batch) {
        ByteBuffer copy = ByteBuffer.allocate(batch.bytes().limit()).put(batch.bytes()).flip();
        otherEnd.computeIfAbsent(piece.streamId(), id -> new HashMap<>()).put(batch.from(), copy);
      }
    }
    cursor.close();
  }

  private List<Path> segments() throws IOException {
    return PartitionReading.files(root, ".segment");
  }

  private static long streamOf(byte[] segment, int at) {
    return new BatchView().wrap(ByteBuffer.wrap(segment), at).producerId();
  }

  private static <T> T there(@Nullable T found) {
    assertNotNull(found);
    return found;
  }
}
