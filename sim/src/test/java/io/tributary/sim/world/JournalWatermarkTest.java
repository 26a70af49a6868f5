package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.log.JournalStream;
import io.tributary.log.LogFullException;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the hub has acknowledged is known again after a restart, up to the last second before the last commit.
class JournalWatermarkTest {
  private static final long STREAM = 7;
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
  void tellsAcksAgainWhenTheirGroupFoundNoRoom() throws IOException {
    try (Journal journal = Journal.open(disk, "journal", CONFIG, 0)) {
      journal.createStream(STREAM, "topic");
      add(journal);
      journal.commit(0);
      journal.acked(STREAM, 1);
      disk.setCapacityBytes(disk.usedBytes());
      add(journal);
      assertThrows(LogFullException.class, () -> journal.commit(5_000));
      disk.setUnlimited();
      journal.commit(5_100);
    }
    disk.killProcess();
    try (Journal journal = Journal.open(disk, "journal", CONFIG, 6_000)) {
      JournalStream stream = journal.stream(STREAM);
      assertNotNull(stream);
      assertEquals(2, stream.end());
      assertEquals(1, stream.acked());
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
