package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.Content;
import io.tributary.log.PartitionLog;
import io.tributary.log.PartitionLogConfig;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A disk that does not delete a segment when it is asked to.
class FailedDeletionTest {
  private static final PartitionLogConfig CONFIG =
      new PartitionLogConfig(
          new UUID(1, 2), 8 * 1024, 0, 16 * 1024, Limits.FROM_EDGE, 512, Content.STREAMS);

  private final SimDisk disk = new SimDisk(new SplittableRandom(1));

  @Test
  void aSegmentThatIsStillThereIsDeletedTheNextTime() throws IOException {
    long start;
    try (PartitionLog log = PartitionLog.open(disk, "partition", CONFIG, 0)) {
      long from = 0;
      while (disk.paths("partition", ".segment").size() < 5) {
        log.appendGap(7, new Gap(from, from + 1, GapReason.DROP_OLDEST), 0, 0);
        log.force();
        from++;
      }
      disk.harmAt(DiskUse.DELETE, DiskHarm.ERROR, 1);
      assertThrows(IOException.class, () -> log.retain(0));
      assertEquals(0, log.startOffset());
      assertTrue(log.retain(0));
      start = log.startOffset();
      assertTrue(start > 0);
    }
    disk.killProcess();
    try (PartitionLog log = PartitionLog.open(disk, "partition", CONFIG, 0)) {
      assertEquals(start, log.startOffset());
    }
  }
}
