package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Admission;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFailedException;
import io.tributary.log.LogFullException;
import io.tributary.log.NoSpaceException;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One short life of a journal, again and again, with a fault at each of its operations in turn.
///
/// Group `g` adds two readings to one stream and one to another and sets the state to `g`: so whatever is found must
/// agree with one `g`.
class EveryOperationCrashTest {
  private static final UUID LOG_ID = new UUID(11, 12);
  private static final int GROUPS = 30;
  private static final long A = 31;
  private static final long B = 32;
  private static final int CHANCES = 5;

  @Test
  void aPowerCutAtEveryOperation() throws Exception {
    long last = 0;
    for (long operation = 1; last == 0; operation++) {
      for (int chance = 0; chance < CHANCES; chance++) {
        Life life = new Life(operation * CHANCES + chance);
        life.disk.cutPowerAt(operation);
        try {
          life.live();
          last = operation;
        } catch (PowerCut cut) {
          // The check says what must be there.
        }
        life.disk.cutPower();
        life.check();
      }
    }
    assertTrue(last > 3 * GROUPS, "operations: " + last);
  }

  @Test
  void aFailedForceAtEveryForce() throws Exception {
    int last = 0;
    for (int force = 1; last == 0; force++) {
      for (int chance = 0; chance < CHANCES; chance++) {
        Life life = new Life(force * (long) CHANCES + chance);
        life.disk.failForceAt(force);
        try {
          life.live();
          last = life.disk.faults().failedForces() == 0 ? force : 0;
        } catch (LogFailedException e) {
          life.mustRefuse();
        } catch (IOException e) {
          assertEquals(0, life.committed, "the journal was not open yet");
        }
        if (chance % 2 == 0) {
          life.disk.killProcess();
        } else {
          life.disk.cutPower();
        }
        life.check();
      }
    }
    assertTrue(last > GROUPS, "forces: " + last);
  }

  @Test
  void aFullDiskAtEveryWrite() throws Exception {
    boolean hasFitted = false;
    for (int room = 0; !hasFitted; room += 331) {
      Life life = new Life(room);
      life.disk.setCapacityBytes(room);
      life.live();
      hasFitted = life.disk.faults().refusedWrites() == 0;
      assertEquals(GROUPS, life.committed);
      life.disk.cutPower();
      life.check();
    }
  }

  private static final class Life {
    private final SimDisk disk;
    private @Nullable Journal journal;
    private int committed;

    Life(long seed) {
      disk = new SimDisk(new SplittableRandom(seed));
    }

    /// Until the end, or until a fault that is not overcome by room alone.
    void live() throws Exception {
      Journal opened = openWithRoom();
      journal = opened;
      assertEquals(Admission.ADMITTED, opened.createStream(A, "a"));
      assertEquals(Admission.ADMITTED, opened.createStream(B, "b"));
      for (int group = 1; group <= GROUPS; group++) {
        for (long id : new long[] {A, B, A}) {
          byte[] value = new byte[200];
          assertEquals(Admission.ADMITTED, opened.add(id, group, null, value, EncodedHeaders.NONE));
        }
        assertEquals(Admission.ADMITTED, opened.changeState("group", new byte[] {(byte) group}));
        commitWithRoom(opened, group);
        committed = group;
        opened.acked(A, group);
        opened.retain(group);
      }
      opened.close();
    }

    void mustRefuse() throws Exception {
      Journal failed = journal;
      if (failed == null) {
        return; // it could not even be opened
      }
      try {
        failed.add(A, 1, null, new byte[1], EncodedHeaders.NONE);
        throw new AssertionError("a journal that has failed took a reading");
      } catch (LogFailedException e) {
        assertNotNull(failed.status().failure());
      }
    }

    void check() throws Exception {
      disk.setUnlimited();
      try (Journal found = open()) {
        byte[] state = found.state().get("group");
        int group = state == null ? 0 : state[0];
        assertTrue(group >= committed, () -> "found " + group + ", committed " + committed);
        assertTrue(group <= committed + 1);
        JournalStream a = found.stream(A);
        JournalStream b = found.stream(B);
        assertEquals(group * 2L, a == null ? 0 : a.end());
        assertEquals(group, b == null ? 0 : b.end());
        if (a != null) {
          assertEquals(group * 2L, readable(found));
        }
        assertEquals(0, found.status().damagedBytes());
      }
    }

    private static long readable(Journal journal) throws Exception {
      long due = 0;
      try (JournalCursor cursor = journal.cursor()) {
        cursor.resume(A, 0);
        for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
          if (!(piece instanceof BatchPiece batch)) {
            throw new AssertionError("a hole: " + piece);
          }
          assertEquals(due, batch.from());
          due = batch.to();
        }
      }
      return due;
    }

    private Journal openWithRoom() throws Exception {
      try {
        return open();
      } catch (LogFullException | NoSpaceException e) {
        disk.setUnlimited();
        return open();
      }
    }

    private void commitWithRoom(Journal opened, long nowMs) throws Exception {
      try {
        opened.commit(nowMs);
      } catch (LogFullException e) {
        disk.setUnlimited();
        opened.commit(nowMs);
      }
    }

    private Journal open() throws IOException {
      JournalConfig config =
          new JournalConfig(
              LOG_ID,
              "alarm",
              6 * 1024,
              8 * 1024,
              2 * 1024,
              64L * 1024 * 1024,
              FullPolicy.BLOCK,
              Compression.none(),
              0,
              Limits.EDGE);
      return Journal.open(disk, "j", config, 1);
    }
  }
}
