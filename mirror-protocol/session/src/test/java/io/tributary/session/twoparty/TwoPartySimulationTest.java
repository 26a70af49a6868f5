package io.tributary.session.twoparty;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// An Uplink and an Intake with journals and a store in memory, links that break in every way, and a seed.
final class TwoPartySimulationTest {
  private static final int SEEDS = Integer.getInteger("session.seeds", 2000);
  private static final long FIRST = Long.getLong("session.seed", 1);
  private static final int STEPS = 250;

  @Test
  void everyRecordArrivesOnceAndInOrderWhateverBreaks() {
    World.Faults all = new World.Faults();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        all.add(new World(seed).run(STEPS));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + " (-Dsession.seeds=1 -Dsession.seed=" + seed + ")", e);
      }
    }
    assertTrue(all.cuts > 0 && all.halfOpens > 0, "links broke");
    assertTrue(all.hubCrashes > 0 && all.edgeCrashes > 0, "programs died");
    assertTrue(all.lostTails > 0 && all.hubsRestored > 0, "disks lied");
    assertTrue(all.images > 0 && all.forks > 0, "old images came back");
    assertTrue(all.storeFailures > 0 && all.longOutages > 0 && all.gaps > 0, "and the rest");
  }
}
