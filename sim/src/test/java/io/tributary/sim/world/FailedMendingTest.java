package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.Scrub;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A disk that fails while a scrub writes again what it found damaged.
class FailedMendingTest {
  private static final long STREAM = 5;
  private static final int LARGE = 1 << 24;
  private static final JournalConfig CONFIG =
      new JournalConfig(
          new UUID(3, 4),
          "normal",
          64 * 1024,
          4 * 1024,
          2 * 1024,
          64L * 1024 * 1024,
          FullPolicy.BLOCK,
          Compression.none(),
          0,
          Limits.edge(4 * 1024));

  private final SimDisk disk = new SimDisk(new SplittableRandom(1));

  @Test
  void theScrubGoesOnAndTellsOfNothingThatIsWhole() throws IOException {
    try (Journal journal = Journal.open(disk, "journal", CONFIG, 0);
        Scrub scrub = journal.scrub()) {
      journal.createStream(STREAM, "topic");
      for (int i = 0; i < 5; i++) {
        add(journal);
        journal.commit(0);
      }
      String segment = disk.paths("journal", ".segment").get(0);
      // Every place where a header can be damaged, and every batch's own offset, which no CRC
      // covers.
      for (int at = 0; at < disk.bytes(segment).length; at += 3) {
        byte before = disk.bytes(segment)[at];
        disk.flipBit(segment, at, 3);
        disk.harmAt(DiskUse.WRITE, DiskHarm.ERROR, 1);
        boolean isOver = false;
        while (!isOver) {
          try {
            isOver = scrub.step(LARGE);
          } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("written again"));
          }
        }
        disk.heal();
        int flippedAt = at;
        assertTrue(
            scrub.findings().stream()
                .allMatch(one ->
                    one.position() <= flippedAt && flippedAt < one.position() + one.sizeBytes()),
            "at " + at + ": " + scrub.findings());
        if (disk.bytes(segment)[at] != before) {
          disk.flipBit(segment, at, 3);
        }
      }
      assertTrue(scrub.step(LARGE));
      assertEquals(List.of(), scrub.findings());
    }
  }

  private static void add(Journal journal) throws IOException {
    try {
      journal.add(STREAM, 0, null, new byte[500], List.of());
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
  }
}
