package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.GapPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.record.BatchBytes;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final UUID LOG_ID = new UUID(3, 4);
  private static final long A = 8_001;
  private static final long B = 8_002;
  private static final long QUOTA = JournalConfig.QUOTA_BYTES_LEAST;

  @TempDir private Path root;
  private FileDisk disk;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void keepsWhatWasCommittedAndNothingElse() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 10);
      add(journal, B, 5);
      assertEquals(Admission.ADMITTED, journal.changeState("k", new byte[] {1}));
      assertTrue(journal.streams().isEmpty());
      assertTrue(journal.commit(1));
      assertTrue(journal.isGroupEmpty());
      add(journal, A, 3);
      journal.changeState("k", null);
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      JournalStream a = stream(journal, A);
      assertEquals(10, a.end());
      assertEquals("a", a.topic());
      assertEquals(5, stream(journal, B).end());
      assertArrayEquals(new byte[] {1}, journal.state().get("k"));
      assertEquals(List.of("A 0-10", "B 0-5"), read(journal, 0, 0));
      assertEquals(a.digestAtEnd(), journal.digestAt(A, 10));
      assertEquals(Digest.START, journal.digestAt(A, 0));
      assertEquals(Digest.INSIDE, journal.digestAt(A, 3));
    }
  }

  @Test
  void givesOutPiecesInTheOrderOfCommitAndGoesOnWhenMoreIsDurable() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 2);
      journal.commit(1);
      JournalCursor cursor = journal.cursor();
      cursor.resume(A, 0);
      cursor.resume(B, 0);
      assertEquals(List.of("A 0-2"), drain(cursor));
      add(journal, B, 3);
      assertNull(cursor.next());
      journal.commit(2);
      add(journal, A, 4);
      add(journal, B, 1);
      journal.commit(3);
      assertEquals(List.of("B 0-3", "A 2-6", "B 3-4"), drain(cursor));
      cursor.resume(A, 2);
      assertEquals(List.of("A 2-6"), drain(cursor));
      cursor.suspend(A);
      add(journal, A, 1);
      add(journal, B, 1);
      journal.commit(4);
      assertEquals(List.of("B 4-5"), drain(cursor));
      cursor.close();
    }
  }

  @Test
  void readsAndFindsDigestsOverManySegments() throws Exception {
    List<Long> digests = new ArrayList<>();
    try (Journal journal = open(FullPolicy.BLOCK)) {
      fill(journal, 120, digests);
      assertTrue(journal.status().segments() > 2, journal.status().toString());
      checkDigests(journal, digests);
      assertEquals(240, read(journal, 0, 0).size());
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      checkDigests(journal, digests);
      assertEquals(240, read(journal, 0, 0).size());
      assertEquals(20, read(journal, 110 * 20, 110 * 20).size());
    }
  }

  private static void checkDigests(Journal journal, List<Long> digests) throws Exception {
    for (int i = 0; i < digests.size(); i++) {
      assertEquals(digests.get(i), journal.digestAt(A, i * 20L), "at " + i * 20);
    }
  }

  @Test
  void aDamagedHeaderIsReadFromItsCopyOrMadeAnew() throws Exception {
    List<Long> digests = new ArrayList<>();
    try (Journal journal = open(FullPolicy.BLOCK)) {
      fill(journal, 120, digests);
      journal.changeState("k", new byte[] {7});
      journal.commit(1);
    }
    int segments = segments().size();
    for (int i = 0; i < segments; i++) {
      for (int[] damaged : new int[][] {{3}, {1_540}, {2_050}, {3, 1_540, 2_050}}) {
        Path segment = segments().get(i);
        byte[] bytes = Files.readAllBytes(segment);
        for (int at : damaged) {
          bytes[at] ^= 1;
        }
        Files.write(segment, bytes);
        try (Journal journal = open(FullPolicy.BLOCK)) {
          assertEquals(240, read(journal, 0, 0).size(), "segment " + i);
          checkDigests(journal, digests);
          assertArrayEquals(new byte[] {7}, journal.state().get("k"));
        }
      }
    }
    assertEquals(segments, segments().size());
  }

  @Test
  void blocksWhenTheQuotaIsUsedUpAndGoesOnWhenTheHubHasIt() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      long added = fillUntil(journal, Admission.FULL);
      assertTrue(journal.status().sizeBytes() <= QUOTA);
      assertEquals(Admission.FULL, addHalfKilobyte(journal));
      journal.acked(A, added);
      assertEquals(Admission.ADMITTED, addHalfKilobyte(journal));
      journal.commit(9);
      assertEquals(added + 1, stream(journal, A).end());
      assertTrue(stream(journal, A).start() > 0);
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      assertTrue(stream(journal, A).acked() > 0);
    }
  }

  /// A cursor gives batches out as soon as they are forced, a moment before the stream's end is published.
  @Test
  void anAckThatOvertakesThePublishedEndCounts() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 2);
      journal.commit(1);
      long end = stream(journal, A).end();
      add(journal, A, 3);
      journal.acked(A, end + 3);
      assertEquals(end, stream(journal, A).acked());
      journal.commit(2);
      assertEquals(end + 3, stream(journal, A).acked());
    }
  }

  @Test
  void dropsTheOldestBehindADurableGap() throws Exception {
    long end;
    try (Journal journal = open(FullPolicy.DROP_OLDEST)) {
      born(journal);
      for (int i = 0; i < 100; i++) {
        big(journal, A, 40);
        journal.commit(i);
      }
      end = stream(journal, A).end();
      assertEquals(4_000, end);
      assertTrue(journal.status().sizeBytes() <= QUOTA, journal.status().toString());
    }
    try (Journal journal = open(FullPolicy.DROP_OLDEST)) {
      JournalStream a = stream(journal, A);
      assertTrue(a.start() > 0);
      JournalCursor cursor = journal.cursor();
      cursor.resume(A, 7);
      GapPiece gap = assertInstanceOf(GapPiece.class, cursor.next());
      assertEquals(new Gap(7, a.start(), GapReason.DROP_OLDEST), gap.gap());
      assertEquals(Digest.UNKNOWN, journal.digestAt(A, 7), "batches went with this Gap");
      long due = a.start();
      long digest = gap.digestAtTo();
      for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
        BatchPiece batch = assertInstanceOf(BatchPiece.class, piece);
        assertEquals(due, batch.from());
        due = batch.to();
        digest = Digest.extend(digest, new BatchView().wrap(batch.bytes(), 0));
      }
      assertEquals(end, due);
      assertEquals(a.digestAtEnd(), digest);
      cursor.close();
    }
  }

  /// A crash comes between the declaration of the Gap and the deletion of the segment.
  @Test
  void knowsTheDigestsOfWhatIsDroppedAndStillThere() throws Exception {
    Path oldest = root.resolve("j/00000000000000000001.segment");
    Map<Long, Long> digests = new HashMap<>();
    byte[] dropped = new byte[0];
    try (Journal journal = open(FullPolicy.DROP_OLDEST)) {
      born(journal);
      for (int i = 0; Files.exists(oldest); i++) {
        dropped = Files.readAllBytes(oldest);
        big(journal, A, 40);
        journal.commit(i);
        digests.put(stream(journal, A).end(), stream(journal, A).digestAtEnd());
      }
    }
    Files.write(oldest, dropped);
    try (Journal journal = open(FullPolicy.DROP_OLDEST)) {
      for (Map.Entry<Long, Long> known : digests.entrySet()) {
        long offset = known.getKey();
        assertEquals(known.getValue(), journal.digestAt(A, offset), "at " + offset);
        assertEquals(offset, journal.boundaryAt(A, offset).next());
      }
    }
  }

  @Test
  void whatDropNewestRefusesTakesOffsetsAndIsAnExactGap() throws Exception {
    long from;
    try (Journal journal = open(FullPolicy.DROP_NEWEST)) {
      born(journal);
      from = fillUntil(journal, Admission.DROPPED) - 1;
      assertEquals(from, journal.lastOffset());
      for (int i = 1; i < 50; i++) {
        assertEquals(Admission.DROPPED, addHalfKilobyte(journal));
        assertEquals(from + i, journal.lastOffset());
        if (i % 10 == 0) {
          assertTrue(journal.commit(i));
        }
      }
      journal.commit(1);
      assertEquals(50, journal.status().droppedRecords());
      assertEquals(1, journal.status().gaps());
      journal.acked(A, from);
      assertEquals(Admission.ADMITTED, addHalfKilobyte(journal));
      journal.commit(2);
    }
    try (Journal journal = open(FullPolicy.DROP_NEWEST)) {
      JournalCursor cursor = journal.cursor();
      cursor.resume(A, from);
      GapPiece gap = assertInstanceOf(GapPiece.class, cursor.next());
      assertEquals(new Gap(from, from + 50, GapReason.DROP_NEWEST), gap.gap());
      assertTrue(gap.digestAtTo() != Digest.UNKNOWN);
      assertEquals(gap.digestAtTo(), journal.digestAt(A, from + 17), "nothing changes inside");
      assertEquals(gap.digestAtTo(), journal.digestAt(A, from), "nor where it begins");
      assertEquals(from, journal.boundaryAt(A, from).next());
      BatchPiece batch = assertInstanceOf(BatchPiece.class, cursor.next());
      assertEquals(from + 50, batch.from());
      assertNull(cursor.next());
      cursor.close();
    }
  }

  @Test
  void aGapAtTheEndIsGivenOutWithoutABatchBehindIt() throws Exception {
    try (Journal journal = open(FullPolicy.DROP_NEWEST)) {
      born(journal);
      journal.commit(1);
      JournalCursor cursor = journal.cursor();
      cursor.resume(A, 0);
      long from = fillUntil(journal, Admission.DROPPED) - 1;
      journal.commit(1);
      List<String> pieces = drain(cursor);
      assertEquals("A " + from + "-" + (from + 1) + " drop-newest", pieces.get(pieces.size() - 1));
      assertEquals(Admission.DROPPED, addHalfKilobyte(journal));
      assertNull(cursor.next());
      journal.commit(1);
      assertEquals(
          new GapPiece(
              A,
              new Gap(from + 1, from + 2, GapReason.DROP_NEWEST),
              stream(journal, A).digestAtEnd()),
          cursor.next());
      assertNull(cursor.next());
      cursor.close();
    }
  }

  @Test
  void declaresWhatTheHubLostAndTheEdgeNoLongerHolds() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      long added = fillUntil(journal, Admission.FULL);
      journal.acked(A, added);
      assertEquals(Admission.ADMITTED, addHalfKilobyte(journal));
      journal.commit(1);
      long start = stream(journal, A).start();
      JournalCursor cursor = journal.cursor();
      cursor.resume(A, 5);
      GapPiece gap = assertInstanceOf(GapPiece.class, cursor.next());
      assertEquals(new Gap(5, start, GapReason.HUB_LOST), gap.gap());
      assertEquals(journal.digestAt(A, start), gap.digestAtTo());
      BatchPiece batch = assertInstanceOf(BatchPiece.class, cursor.next());
      assertEquals(start, batch.from());
      cursor.close();
    }
  }

  @Test
  void jumpsOverALostTail() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 5);
      assertEquals(JumpResult.END_MOVED, journal.jump(A, 0, 9, 77, 1));
      journal.commit(1);
      assertEquals(JumpResult.END_MOVED, journal.jump(A, 4, 9, 77, 1));
      assertEquals(JumpResult.JUMPED, journal.jump(A, 5, 9, 77, 1));
      add(journal, A, 1);
      assertEquals(9, journal.lastOffset());
      journal.commit(2);
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      JournalStream a = stream(journal, A);
      assertEquals(10, a.end());
      assertEquals(9, a.acked());
      assertEquals(77, journal.digestAt(A, 9));
      assertEquals(List.of("A 0-5", "A 5-9 lost-tail", "A 9-10"), read(journal, 0, -1));
    }
  }

  @Test
  void aTornGroupIsCutOffAsAWhole() throws Exception {
    long before;
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 10);
      journal.commit(1);
      before = Files.size(segment());
    }
    byte[] proven = Files.readAllBytes(segment());
    try (Journal journal = open(FullPolicy.BLOCK)) {
      add(journal, A, 10);
      add(journal, B, 10);
      journal.changeState("k", new byte[] {1});
      journal.commit(2);
    }
    byte[] whole = Files.readAllBytes(segment());
    assertTrue(before < proven.length);
    int tail = proven.length + 120; // behind the group that the second opening wrote
    for (int cut = tail; cut < tail + 1_500; cut += 13) {
      Files.write(segment(), Arrays.copyOf(whole, cut));
      try (Journal journal = open(FullPolicy.BLOCK)) {
        assertEquals(10, stream(journal, A).end(), "cut at " + cut);
        assertEquals(0, stream(journal, B).end());
        assertNull(journal.state().get("k"));
        assertEquals(0, journal.status().damagedBytes());
      }
    }
  }

  @Test
  void aTornGroupProvesTheOneBeforeItAlsoWhenItsHeaderIsGone() throws Exception {
    long proven;
    byte[] whole;
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 10);
      journal.commit(1);
      proven = Files.size(segment());
      add(journal, A, 10);
      add(journal, B, 10);
      journal.changeState("k", new byte[] {1});
      journal.commit(2);
      whole = Files.readAllBytes(segment());
    }
    int batch = (int) proven + BatchBytes.sizeAt(ByteBuffer.wrap(whole), (int) proven);
    whole[batch + 200] ^= 1; // of A, in the last group that was acknowledged
    Files.write(segment(), Arrays.copyOf(whole, whole.length + 300));
    try (Journal journal = open(FullPolicy.BLOCK)) {
      assertEquals(20, stream(journal, A).end());
      assertArrayEquals(new byte[] {1}, journal.state().get("k"));
      assertEquals(List.of("A 0-10", "B 0-10", "A 10-20 corrupt"), read(journal, 0, 0));
    }
  }

  @Test
  void damageInTheMiddleCostsOnlyTheBatchesHit() throws Exception {
    long[] at = new long[3];
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      for (int i = 0; i < 3; i++) {
        add(journal, A, 10);
        journal.commit(1);
        at[i] = Files.size(segment());
      }
    }
    byte[] whole = Files.readAllBytes(segment());
    int batch = (int) at[0] + BatchBytes.sizeAt(ByteBuffer.wrap(whole), (int) at[0]);
    for (int flipped : new int[] {9, 16, 30, 45, 200, 500}) {
      byte[] bytes = whole.clone();
      bytes[batch + flipped] ^= 0x40;
      Files.write(segment(), bytes);
      try (Journal journal = open(FullPolicy.BLOCK)) {
        assertEquals(30, stream(journal, A).end(), "flipped " + flipped);
        assertEquals(List.of("A 0-10", "A 10-20 corrupt", "A 20-30"), read(journal, 0, -1));
        assertTrue(journal.status().damagedBytes() > 0);
      }
    }
  }

  @Test
  void aStateWithoutReadingsTakesNoMoreRoomThanItself() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      for (int i = 0; i < 1_000; i++) {
        journal.changeState("key " + i % 10, new byte[3_000]);
        journal.commit(i);
      }
      assertEquals(1, journal.status().segments());
      assertTrue(journal.status().sizeBytes() < QUOTA);
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      assertEquals(10, journal.state().size());
    }
  }

  @Test
  void refusesToGoOnWithAFullGroupUntilItIsCommitted() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      int added = 0;
      while (addOne(journal, A) == Admission.ADMITTED) {
        added++;
      }
      assertEquals(Admission.GROUP_FULL, addOne(journal, A));
      assertTrue(journal.groupSizeBytes() <= 64 * 1024);
      journal.commit(1);
      assertEquals(Admission.ADMITTED, addOne(journal, A));
      assertEquals(added, journal.lastOffset());
    }
  }

  @Test
  void whatIsAddedTogetherHasRoomTogetherOrNone() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 2);
      assertEquals(
          Admission.ADMITTED,
          journal.addTogether(List.of(addition(A, 1_000), addition(B, 1_000), addition(A, 1_000))));
      assertEquals(3, journal.lastOffset());
      while (addOne(journal, B) == Admission.ADMITTED) {
        // until the group is full
      }
      long end = journal.lastOffset();
      assertEquals(
          Admission.GROUP_FULL, journal.addTogether(List.of(addition(A, 1), addition(B, 9_000))));
      assertEquals(end, journal.lastOffset());
      journal.commit(1);
      assertEquals(4, stream(journal, A).end());
      List<Addition> tooMany = Collections.nCopies(8, addition(A, 9_000));
      assertEquals(
          RecordRefused.Limit.GROUP_BYTES,
          assertThrows(RecordRefused.class, () -> journal.addTogether(tooMany)).limit());
      List<Addition> oneTooLarge = List.of(addition(A, 1), addition(A, 17_000));
      assertThrows(RecordRefused.class, () -> journal.addTogether(oneTooLarge));
      assertTrue(journal.isGroupEmpty());
      assertEquals(Admission.ADMITTED, journal.addTogether(List.of(addition(A, 1))));
      assertEquals(4, journal.lastOffset());
    }
  }

  @Test
  void whatIsAddedTogetherIsDroppedTogether() throws Exception {
    try (Journal journal = open(FullPolicy.DROP_NEWEST)) {
      born(journal);
      Admission admission = Admission.ADMITTED;
      for (int i = 0; admission != Admission.DROPPED; i++) {
        admission = journal.addTogether(List.of(addition(A, 9_000), addition(B, 9_000)));
        if (admission == Admission.GROUP_FULL) {
          journal.commit(i);
        }
      }
      journal.commit(1);
      assertEquals(2, journal.status().droppedRecords());
      assertEquals(stream(journal, A).end(), stream(journal, B).end());
    }
  }

  private static Addition addition(long stream, int bytes) {
    return new Addition(stream, 1_000, null, new byte[bytes], EncodedHeaders.NONE);
  }

  @Test
  void ignoresAForeignTailBehindTheLastGroup() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 10);
      journal.commit(1);
    }
    byte[] foreign = Batches.of(A, 10, 5).array();
    Files.write(segment(), foreign, StandardOpenOption.APPEND);
    try (Journal journal = open(FullPolicy.BLOCK)) {
      assertEquals(10, stream(journal, A).end());
      assertFalse(journal.status().isFull());
    }
  }

  private Journal open(FullPolicy policy) throws Exception {
    JournalConfig config =
        new JournalConfig(
            LOG_ID,
            "normal",
            256 * 1024,
            64 * 1024,
            16 * 1024,
            QUOTA,
            policy,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(disk, "j", config, 1);
  }

  private static void born(Journal journal) throws Exception {
    assertEquals(Admission.ADMITTED, journal.createStream(A, "a"));
    assertEquals(Admission.ADMITTED, journal.createStream(B, "b"));
  }

  private static void add(Journal journal, long stream, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertEquals(Admission.ADMITTED, addOne(journal, stream));
    }
  }

  private static Admission addOne(Journal journal, long stream) throws Exception {
    byte[] value = Batches.value(stream, journal.lastOffset());
    return journal.add(stream, 1_000, null, value, EncodedHeaders.NONE);
  }

  private static Admission addHalfKilobyte(Journal journal) throws Exception {
    return journal.add(A, 1_000, null, new byte[500], EncodedHeaders.NONE);
  }

  private static void big(Journal journal, long stream, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      Admission admission = journal.add(stream, 1_000, null, new byte[1_000], EncodedHeaders.NONE);
      assertEquals(Admission.ADMITTED, admission);
    }
  }

  private static void fill(Journal journal, int groups, List<Long> digests) throws Exception {
    born(journal);
    digests.add(Digest.START);
    for (int i = 0; i < groups; i++) {
      if (i % 3 == 0) {
        big(journal, A, 9);
        big(journal, A, 1);
      } else {
        add(journal, A, 10);
      }
      add(journal, A, 10);
      add(journal, B, 20);
      journal.commit(i);
      digests.add(stream(journal, A).digestAtEnd());
    }
  }

  /// Adds to A, committing full groups, and returns how many offsets were taken.
  private static long fillUntil(Journal journal, Admission last) throws Exception {
    long added = 0;
    while (true) {
      Admission admission = addHalfKilobyte(journal);
      if (admission == Admission.GROUP_FULL) {
        journal.commit(1);
        continue;
      }
      if (admission == Admission.FULL) {
        journal.commit(1);
        assertEquals(last, admission);
        return added;
      }
      added++;
      if (admission == last) {
        return added;
      }
    }
  }

  private static List<String> read(Journal journal, long a, long b) throws Exception {
    try (JournalCursor cursor = journal.cursor()) {
      cursor.resume(A, a);
      if (b >= 0) {
        cursor.resume(B, b);
      }
      return drain(cursor);
    }
  }

  private static List<String> drain(JournalCursor cursor) throws Exception {
    List<String> pieces = new ArrayList<>();
    for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
      String stream = piece.streamId() == A ? "A " : "B ";
      switch (piece) {
        case BatchPiece batch -> {
          BatchView view = new BatchView().wrap(batch.bytes(), 0);
          view.checkFromEdge(Limits.EDGE);
          assertEquals(batch.streamId(), view.streamId());
          RecordCursor records = view.records(Limits.EDGE);
          for (long offset = batch.from(); offset < batch.to(); offset++) {
            assertTrue(records.next());
            ByteBuffer value = records.value();
            assertNotNull(value);
            if (value.get(value.position()) != 0) {
              String text = StandardCharsets.UTF_8.decode(value).toString();
              assertTrue(text.startsWith(view.streamId() + "/"), text);
            }
          }
          pieces.add(stream + batch.from() + "-" + batch.to());
        }
        case GapPiece gap ->
            pieces.add(stream + gap.gap().from() + "-" + gap.gap().to() + " " + gap.gap().reason());
      }
    }
    return pieces;
  }

  private static JournalStream stream(Journal journal, long id) {
    JournalStream stream = journal.stream(id);
    assertNotNull(stream);
    return stream;
  }

  private Path segment() throws Exception {
    return segments().get(0);
  }

  private List<Path> segments() throws Exception {
    try (var files = Files.list(root.resolve("j"))) {
      return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
    }
  }
}
