package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void takesThePartitionWithTheFewestStreams() {
    for (long streamId = 0; streamId < 100; streamId++) {
      assertEquals(2, Placement.choose(new int[] {3, 2, 1, 2}, streamId));
      assertEquals(0, Placement.choose(new int[] {0}, streamId));
    }
  }

  @Test
  void spreadsTiesByTheStreamsId() {
    int[] chosen = new int[4];
    for (long streamId = 1; streamId <= 400; streamId++) {
      chosen[Placement.choose(new int[] {5, 9, 5, 5}, streamId)]++;
    }
    assertEquals(0, chosen[1]);
    for (int partition : new int[] {0, 2, 3}) {
      assertTrue(chosen[partition] > 80, chosen[partition] + " of 400 in " + partition);
    }
  }

  @Test
  void theSameStreamGoesToTheSamePartition() {
    long streamId = 0x1234_5678_9ABC_DEFL;
    int chosen = Placement.choose(new int[8], streamId);
    assertEquals(chosen, Placement.choose(new int[8], streamId));
  }
}
