package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.GapPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalSealTest {
  private static final UUID LOG_ID = new UUID(5, 6);
  private static final long A = 9_001;
  private static final long B = 9_002;
  private static final long QUOTA = JournalConfig.QUOTA_BYTES_LEAST;
  private static final int GROUP_BYTES = 8 * 1024;

  @TempDir private Path root;
  private FileDisk disk;
  private long made;

  @BeforeEach
  void openDisk() {
    disk = new FileDisk(root);
  }

  @Test
  void goesOnBehindTheSealWithTheSameReadingsAsANewStream() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      List<String> past = add(journal, A, 4);
      journal.commit(1);
      add(journal, B, 3);
      List<String> rest = add(journal, A, 5);
      journal.commit(2);
      rest.addAll(add(journal, A, 2));
      journal.commit(3);

      JournalStream sealed = journal.seal(A, 4, 4);
      assertEquals(4, sealed.end());
      assertEquals(0, sealed.unmovedRecords());
      assertFalse(journal.isMoving());
      JournalStream successor = journal.streams().get("a");
      assertEquals(sealed.successor(), successor.id());
      assertEquals(7, successor.end());
      assertEquals(rest, read(journal, successor.id()));
      assertEquals(past, read(journal, A));
      assertEquals(List.of(A), journal.sealedStreams().stream().map(JournalStream::id).toList());

      rest.addAll(add(journal, successor.id(), 2));
      journal.commit(5);
      assertEquals(rest, read(journal, successor.id()));
      assertThrows(IllegalArgumentException.class, () -> add(journal, A, 1));
      assertEquals(Digest.UNKNOWN, journal.digestAt(A, 5));
      assertNull(journal.batchFrom(A, 4));
      assertEquals(sealed.digestAtEnd(), journal.digestAt(A, 4));
    }
    try (Journal journal = open(FullPolicy.BLOCK)) {
      JournalStream successor = journal.streams().get("a");
      assertEquals(9, successor.end());
      assertEquals(4, stream(journal, A).end());
      assertEquals(successor.id(), stream(journal, A).successor());
      assertEquals(3, stream(journal, B).end());
      assertEquals(chain(journal, successor.id()), successor.digestAtEnd());
    }
  }

  @Test
  void movesMoreThanAGroupInPartsAndGoesOnAfterACrash() throws Exception {
    List<String> rest;
    long id;
    Journal journal = open(FullPolicy.BLOCK);
    born(journal);
    add(journal, A, 3);
    journal.commit(1);
    rest = addGroups(journal, A, 40);
    JournalStream sealed = journal.seal(A, 3, 2);
    id = sealed.successor();
    assertTrue(journal.isMoving());
    assertTrue(sealed.unmovedRecords() > 0);
    assertEquals(A, journal.streams().get("a").id(), "readings still go to the old stream");
    assertTrue(journal.move(3));
    rest.addAll(add(journal, A, 1));
    journal.commit(4);
    assertTrue(journal.isMoving());
    // Not closed: as after a kill.
    int restarts = 0;
    while (true) {
      Journal again = open(FullPolicy.BLOCK);
      if (!again.move(5)) {
        assertEquals(id, again.streams().get("a").id());
        assertEquals(rest, read(again, id));
        assertEquals(chain(again, id), stream(again, id).digestAtEnd());
        again.close();
        break;
      }
      restarts++;
    }
    assertTrue(restarts > 3, "moved in parts: " + restarts);
  }

  @Test
  void movesGapsAsGaps() throws Exception {
    try (Journal journal = open(FullPolicy.DROP_NEWEST)) {
      born(journal);
      add(journal, A, 3);
      journal.commit(1);
      long end = fill(journal, A);
      journal.acked(A, end / 2);
      add(journal, A, 1);
      journal.commit(2);
      long last = stream(journal, A).end();
      List<String> before = read(journal, A);
      assertTrue(before.contains(GapReason.DROP_NEWEST.toString()));
      JournalStream sealed = sealAtOrBelow(journal, end / 2);
      while (journal.move(4)) {
        assertTrue(sealed.end() <= end / 2);
      }
      assertEquals(
          before.subList((int) sealed.end(), (int) last), read(journal, sealed.successor()));
    }
  }

  @Test
  void findsRoomInAFullJournalByGivingBackWhatItHasMoved() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 3);
      journal.commit(1);
      fill(journal, A);
      List<String> all = read(journal, A);
      JournalStream sealed = journal.seal(A, 3, 2);
      long most = 0;
      while (journal.move(3)) {
        most = Math.max(most, journal.status().sizeBytes());
      }
      assertFalse(journal.isMoving());
      assertTrue(most <= QUOTA + 3 * 256 * 1024 / 2 + 64 * 1024, "took " + most);
      assertEquals(all.subList(3, all.size()), read(journal, sealed.successor()));
    }
  }

  @Test
  void waitsForRoomUntilWhatHoldsTheOldestSegmentsIsAcknowledged() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 2);
      add(journal, B, 2);
      journal.commit(1);
      List<String> rest = new ArrayList<>();
      while (journal.status().sizeBytes() + 40_000 < QUOTA) {
        rest.addAll(add(journal, A, 20));
        add(journal, B, 20);
        journal.commit(1);
      }
      JournalStream a = journal.seal(A, 2, 2);
      assertThrows(LogFullException.class, () -> moveAll(journal));
      assertTrue(journal.isMoving());
      journal.acked(B, stream(journal, B).end());
      moveAll(journal);
      assertEquals(rest, read(journal, a.successor()));
    }
  }

  @Test
  void findsRoomInAFullJournalOnceAllForkedTopicsAreSealed() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 2);
      add(journal, B, 2);
      journal.commit(1);
      List<String> restOfA = new ArrayList<>();
      List<String> restOfB = new ArrayList<>();
      while (journal.status().sizeBytes() + 40_000 < QUOTA) {
        restOfA.addAll(add(journal, A, 20));
        restOfB.addAll(add(journal, B, 20));
        journal.commit(1);
      }
      JournalStream a = journal.seal(A, 2, 2);
      assertThrows(LogFullException.class, () -> moveAll(journal));
      JournalStream b = journal.seal(B, 2, 2);
      moveAll(journal);
      assertEquals(restOfA, read(journal, a.successor()));
      assertEquals(restOfB, read(journal, b.successor()));
    }
  }

  /// A successor that was moved in part lies in the same segments as what another forked topic has written since.
  @Test
  void goesOnInAFullJournalFromAMoveThatWaitedForAnotherTopic() throws Exception {
    try (Journal journal = open(disk, FullPolicy.BLOCK, 64 * 1024)) {
      born(journal);
      add(journal, A, 2);
      add(journal, B, 2);
      journal.commit(1);
      List<String> restOfA = new ArrayList<>();
      List<String> restOfB = new ArrayList<>();
      while (journal.status().sizeBytes() + QUOTA / 4 < QUOTA) {
        restOfA.addAll(add(journal, A, 40));
        restOfB.addAll(add(journal, B, 10));
        journal.commit(1);
      }
      JournalStream a = journal.seal(A, 2, 2);
      while (journal.status().sizeBytes() + 40_000 < QUOTA) {
        assertTrue(journal.move(3));
        for (int i = 0; i < 3; i++) {
          restOfB.addAll(add(journal, B, 80));
          journal.commit(3);
        }
      }
      assertThrows(LogFullException.class, () -> moveAll(journal));
      JournalStream b = journal.seal(B, 2, 2);
      moveAll(journal);
      assertEquals(restOfA, read(journal, a.successor()));
      assertEquals(restOfB, read(journal, b.successor()));
    }
  }

  @Test
  void makesTheSameStreamOfTheSameReadings() throws Exception {
    long first;
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 3);
      journal.commit(1);
      add(journal, A, 3);
      journal.commit(2);
      first = journal.seal(A, 3, 3).successor();
      assertEquals(first, journal.seal(A, 3, 4).successor(), "sealed once");
    }
    made = 0;
    FileDisk other = new FileDisk(root.resolve("other"));
    try (Journal journal = open(other, FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 3);
      journal.commit(1);
      add(journal, A, 3);
      journal.commit(2);
      assertEquals(first, journal.seal(A, 3, 9).successor());
    }
    try (Journal journal = open(new FileDisk(root.resolve("third")), FullPolicy.BLOCK)) {
      born(journal);
      add(journal, A, 3);
      journal.commit(1);
      add(journal, A, 3); // others: `made` has gone on
      journal.commit(2);
      assertTrue(first != journal.seal(A, 3, 9).successor());
    }
  }

  @Test
  void namesTheBoundaryAtOrBelowAnOffset() throws Exception {
    try (Journal journal = open(FullPolicy.BLOCK)) {
      born(journal);
      long digest = Digest.START;
      List<StreamPosition> boundaries = new ArrayList<>();
      boundaries.add(new StreamPosition(A, 0, digest));
      for (int i = 1; i <= 40; i++) {
        add(journal, A, i % 4 + 1);
        add(journal, B, 1);
        journal.commit(i);
        JournalStream now = stream(journal, A);
        boundaries.add(new StreamPosition(A, now.end(), now.digestAtEnd()));
      }
      for (long offset = 0; offset <= stream(journal, A).end(); offset++) {
        StreamPosition expected = boundaries.get(0);
        for (StreamPosition boundary : boundaries) {
          expected = boundary.next() <= offset ? boundary : expected;
        }
        assertEquals(expected, journal.boundaryAt(A, offset), "offset " + offset);
      }
    }
  }

  private static void moveAll(Journal journal) throws Exception {
    while (journal.isMoving()) {
      journal.move(3);
    }
  }

  private static JournalStream sealAtOrBelow(Journal journal, long offset) throws Exception {
    return journal.seal(A, journal.boundaryAt(A, offset).next(), 3);
  }

  private Journal open(FullPolicy policy) throws Exception {
    return open(disk, policy);
  }

  private static Journal open(FileDisk disk, FullPolicy policy) throws Exception {
    return open(disk, policy, 256 * 1024);
  }

  private static Journal open(FileDisk disk, FullPolicy policy, int segmentBytes) throws Exception {
    disk.createDirectories("j");
    return Journal.open(
        disk,
        "j",
        new JournalConfig(
            LOG_ID,
            "normal",
            segmentBytes,
            GROUP_BYTES,
            4 * 1024,
            QUOTA,
            policy,
            Compression.none(),
            0,
            Limits.edge(4 * 1024)),
        1);
  }

  private static void born(Journal journal) {
    journal.createStream(A, "a");
    journal.createStream(B, "b");
  }

  private List<String> add(Journal journal, long streamId, int count) throws Exception {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String value = "reading " + made++;
      byte[] key = made % 2 == 0 ? null : new byte[] {1};
      List<Header> headers = List.of(new Header("edge", new byte[] {7}));
      Admission admission =
          journal.add(streamId, 1_000 + made, key, value.getBytes(StandardCharsets.UTF_8), headers);
      assertTrue(admission == Admission.ADMITTED || admission == Admission.DROPPED, "" + admission);
      values.add(value);
    }
    return values;
  }

  private List<String> addGroups(Journal journal, long streamId, int groups) throws Exception {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      values.addAll(add(journal, streamId, 70));
      journal.commit(2);
    }
    return values;
  }

  /// Until it takes no more, or drops.
  private static long fill(Journal journal, long streamId) throws Exception {
    while (true) {
      Admission admission = journal.add(streamId, 5, null, new byte[900], EncodedHeaders.NONE);
      if (admission == Admission.GROUP_FULL) {
        journal.commit(2);
      } else if (admission != Admission.ADMITTED) {
        journal.commit(2);
        return stream(journal, streamId).end();
      }
    }
  }

  /// What the uplink reads of a stream: a line for each offset.
  private static List<String> read(Journal journal, long streamId) throws Exception {
    List<String> lines = new ArrayList<>();
    try (JournalCursor cursor = journal.cursor()) {
      cursor.resume(streamId, 0);
      for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
        switch (piece) {
          case BatchPiece batch -> {
            assertEquals(lines.size(), batch.from());
            BatchView view = new BatchView().wrap(batch.bytes(), 0);
            view.checkFromEdge(Limits.EDGE);
            assertEquals(streamId, view.streamId());
            RecordCursor records = view.records(Limits.EDGE);
            while (records.next()) {
              ByteBuffer value = records.value();
              assertNotNull(value);
              lines.add(
                  value.get(value.position()) == 0
                      ? "zeros"
                      : StandardCharsets.UTF_8.decode(value).toString());
            }
          }
          case GapPiece gap -> {
            for (long offset = gap.gap().from(); offset < gap.gap().to(); offset++) {
              lines.add(gap.gap().reason().toString());
            }
          }
        }
      }
    }
    return lines;
  }

  /// The digest that a hub makes of what is sent.
  private static long chain(Journal journal, long streamId) throws Exception {
    long digest = Digest.START;
    try (JournalCursor cursor = journal.cursor()) {
      cursor.resume(streamId, 0);
      for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
        if (piece instanceof BatchPiece batch) {
          digest = Digest.extend(digest, new BatchView().wrap(batch.bytes(), 0));
        }
      }
    }
    return digest;
  }

  private static JournalStream stream(Journal journal, long id) {
    JournalStream stream = journal.stream(id);
    assertNotNull(stream);
    return stream;
  }
}
