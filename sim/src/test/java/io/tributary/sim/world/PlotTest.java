package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A fixed set of seeds of each story.
class PlotTest {
  private static final long SEEDS = 20;

  /// A thousand edges take their time; which size comes is the seed's.
  private static final long SEEDS_OF_FLEETS = 3;

  /// Held, since a logger that nobody holds forgets its level.
  private static final Logger PRODUCT_LOG = Logger.getLogger("io.tributary");

  @BeforeAll
  static void silenceWhatFlippedBitsMakeTheProductSay() {
    PRODUCT_LOG.setLevel(Level.OFF);
  }

  @ParameterizedTest
  @EnumSource(value = Plot.class, mode = EnumSource.Mode.EXCLUDE, names = "ANYTHING")
  void keepsThePromiseAndSeesItsFaults(Plot plot) throws InterruptedException {
    long seeds = plot == Plot.FLEET ? SEEDS_OF_FLEETS : SEEDS;
    Worlds worlds =
        new Worlds(
            new Worlds.Range(new Script(1, plot, null), seeds, Long.MAX_VALUE, 1, false), null);
    List<String> violations = new ArrayList<>();
    worlds.run(
        outcome -> violations.add("seed " + outcome.seed() + ": " + outcome.violation()), null);
    assertEquals(List.of(), violations);
    assertEquals(List.of(), Coverage.unseen(worlds, plot));
    assertTrue(worlds.tally().acked() > 0);
  }

  @Test
  void eachRowThatAWorldCanShowHasAStory() {
    Set<Integer> rows = new TreeSet<>();
    for (Plot plot : Plot.values()) {
      rows.add(plot.row());
    }
    assertEquals(
        new TreeSet<>(
            List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 23, 28)),
        rows);
  }
}
