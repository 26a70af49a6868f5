package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Admission;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFullException;
import io.tributary.log.NoSpaceException;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A stream is sealed and its rest moved in several groups, with harm at each use of the disk in turn. After each start,
/// and when the seal was resumed, every record is in exactly one of the two streams, in order.
class SealCrashTest {
  private static final UUID LOG_ID = new UUID(21, 22);
  private static final long STREAM = 41;
  private static final long NEIGHBOUR = 42;
  private static final int CHANCES = 3;
  private static final int GROUPS = 24;
  private static final int AT = 6;
  private static final int MOVES_MOST = 1_000;

  @Test
  void aPowerCutAtEveryUse() throws Exception {
    everyUse(DiskHarm.POWER_CUT);
  }

  @Test
  void aKillAtEveryUse() throws Exception {
    everyUse(DiskHarm.KILL);
  }

  @Test
  void anErrorAtEveryUse() throws Exception {
    everyUse(DiskHarm.ERROR);
  }

  @Test
  void noSpaceAtEveryUse() throws Exception {
    everyUse(DiskHarm.NO_SPACE);
  }

  private static void everyUse(DiskHarm harm) throws Exception {
    boolean hasStruck = true;
    boolean hasMovedOn = false;
    int uses = 0;
    while (hasStruck) {
      uses++;
      for (int chance = 0; chance < CHANCES; chance++) {
        Life life = new Life(uses * (long) CHANCES + chance);
        hasStruck = life.live(harm, uses);
        try {
          hasMovedOn |= life.check();
        } catch (AssertionError e) {
          throw new AssertionError(harm + " at use " + uses + ", chance " + chance, e);
        }
      }
    }
    assertTrue(uses > 20, "uses of the disk: " + uses);
    assertTrue(hasMovedOn || harm == DiskHarm.NO_SPACE, "never struck between two parts");
  }

  private static final class Life {
    private final SimDisk disk;
    private final SplittableRandom random;
    private int added;

    Life(long seed) throws Exception {
      random = new SplittableRandom(seed);
      disk = new SimDisk(random.split());
      try (Journal journal = open()) {
        assertEquals(Admission.ADMITTED, journal.createStream(STREAM, "a"));
        assertEquals(Admission.ADMITTED, journal.createStream(NEIGHBOUR, "b"));
        for (int group = 0; group < GROUPS; group++) {
          add(journal, STREAM, 2);
          byte[] value = new byte[400];
          assertEquals(
              Admission.ADMITTED, journal.add(NEIGHBOUR, 1, null, value, EncodedHeaders.NONE));
          journal.commit(1);
        }
      }
    }

    private void add(Journal journal, long streamId, int count) throws Exception {
      for (int i = 0; i < count; i++) {
        byte[] value = new byte[400];
        value[0] = (byte) added++;
        assertEquals(
            Admission.ADMITTED, journal.add(streamId, 1, null, value, EncodedHeaders.NONE));
      }
    }

    /// @return whether the harm struck
    boolean live(DiskHarm harm, int use) throws Exception {
      disk.harmAt(null, harm, use);
      try {
        Journal journal = open();
        sealAndMove(journal);
        journal.close();
      } catch (PowerCut cut) {
        if (cut.isKill()) {
          disk.killProcess();
        } else {
          disk.cutPower();
        }
        return true;
      } catch (IOException e) {
        // The check says what must be there.
      }
      if (random.nextBoolean()) {
        disk.killProcess();
      } else {
        disk.cutPower();
      }
      return disk.faults().struck(harm) > 0;
    }

    /// @return whether the start found the stream sealed, and not all of its rest moved
    boolean check() throws Exception {
      disk.setUnlimited();
      boolean isMoving;
      try (Journal found = open()) {
        isMoving = found.isMoving();
        checkRecords(found);
        sealAndMove(found);
        checkRecords(found);
        checkWhole(found);
      }
      try (Journal again = open()) {
        checkRecords(again);
        checkWhole(again);
        assertEquals(GROUPS, stream(again, NEIGHBOUR).end());
        assertEquals(0, again.status().damagedBytes());
      }
      return isMoving;
    }

    private void checkWhole(Journal journal) throws IOException {
      JournalStream sealed = stream(journal, STREAM);
      assertTrue(sealed.isSealed());
      assertFalse(journal.isMoving());
      assertEquals(AT, sealed.end());
      JournalStream successor = Objects.requireNonNull(journal.streams().get("a"));
      assertEquals(sealed.successor(), successor.id());
      assertEquals(GROUPS * 2L - AT, successor.end());
      assertEquals(range(AT, GROUPS * 2L), values(journal, successor.id()));
      assertEquals(3, journal.streams().size() + journal.sealedStreams().size());
    }

    /// What the uplink reads of both streams, and what is still to be moved, is each record once.
    private void checkRecords(Journal journal) throws IOException {
      JournalStream stream = stream(journal, STREAM);
      List<Long> values = values(journal, STREAM);
      if (!stream.isSealed()) {
        assertEquals(range(0, GROUPS * 2L), values);
        assertEquals(2, journal.streams().size());
        return;
      }
      assertEquals(range(0, AT), values);
      long unmoved = stream.unmovedRecords();
      assertEquals(
          range(AT, GROUPS * 2L - unmoved), values(journal, stream.successor()), "moved, in order");
    }

    private static void sealAndMove(Journal journal) throws IOException {
      withRoom(() -> {
        journal.seal(STREAM, AT, 2);
        return false;
      });
      for (int i = 0; i < MOVES_MOST && journal.isMoving(); i++) {
        withRoom(() -> journal.move(3));
      }
    }

    private interface Step {
      boolean take() throws IOException;
    }

    /// A disk that was full once is tried again, as the agent does.
    private static void withRoom(Step step) throws IOException {
      try {
        step.take();
      } catch (LogFullException | NoSpaceException e) {
        step.take();
      }
    }

    private static List<Long> range(long from, long to) {
      return LongStream.range(from, to).boxed().toList();
    }

    private static JournalStream stream(Journal journal, long id) {
      return Objects.requireNonNull(journal.stream(id));
    }

    private static List<Long> values(Journal journal, long streamId) throws IOException {
      List<Long> values = new ArrayList<>();
      try (JournalCursor cursor = journal.cursor()) {
        cursor.resume(streamId, 0);
        for (Piece piece = cursor.next(); piece != null; piece = cursor.next()) {
          if (!(piece instanceof BatchPiece batch)) {
            throw new AssertionError("a hole: " + piece);
          }
          assertEquals(values.size(), batch.from());
          RecordCursor records = new BatchView().wrap(batch.bytes(), 0).records(Limits.EDGE);
          while (records.next()) {
            values.add((long) Objects.requireNonNull(records.value()).get());
          }
        }
      } catch (BatchRefused e) {
        throw new AssertionError(e);
      }
      return values;
    }

    private Journal open() throws IOException {
      JournalConfig config =
          new JournalConfig(
              LOG_ID,
              "normal",
              12 * 1024,
              4 * 1024,
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
