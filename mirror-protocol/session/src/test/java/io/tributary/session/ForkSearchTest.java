package io.tributary.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Digest;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Streams of batches of 1 to 4 records, which part at each of their places; some digests are lost at either end.
class ForkSearchTest {
  private static final int BATCHES = 30;

  private final SplittableRandom random = new SplittableRandom(7);

  /// Where batches end; 0 among them.
  private final int[] ends = new int[BATCHES + 1];

  private final BitSet edgeForgot = new BitSet();
  private final BitSet hubForgot = new BitSet();

  @Test
  void findsTheExactPlaceWhereAllIsKnown() {
    for (int parts = 0; parts < BATCHES; parts++) {
      drawBatches();
      ForkSearch search = search(parts, ends[parts]);
      assertEquals(ends[parts], search.agreed());
      assertEquals(ends[parts], search.unprovenTo());
    }
  }

  /// Nothing that was acknowledged goes along, and what is not known is named.
  @Test
  void namesWhatNobodyCanTellWhereDigestsAreUnknown() {
    int unproven = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      drawBatches();
      int parts = random.nextInt(BATCHES);
      for (int i = 1; i <= BATCHES; i++) {
        edgeForgot.set(ends[i], random.nextInt(4) == 0);
        hubForgot.set(ends[i], random.nextInt(4) == 0);
      }
      int acked = ends[random.nextInt(parts + 1)];
      ForkSearch search = search(parts, acked);
      long truth = ends[parts];
      assertTrue(search.agreed() <= truth, "beyond what both hold");
      assertTrue(search.unprovenTo() >= truth, "what both hold goes along, and is not named");
      unproven += search.unprovenTo() > search.agreed() ? 1 : 0;
    }
    assertTrue(unproven > 100, "unproven: " + unproven);
  }

  @Test
  void takesTheAcknowledgedEndWhereNoDigestIsKnown() {
    drawBatches();
    hubForgot.set(1, ends[BATCHES] + 1);
    ForkSearch search = search(20, ends[12]);
    assertEquals(ends[12], search.agreed());
    assertEquals(ends[BATCHES], search.unprovenTo());
  }

  @Test
  void endsWhateverItIsTold() {
    for (int seed = 0; seed < 1_000; seed++) {
      ForkSearch search = new ForkSearch(100, 10);
      int asked = 0;
      for (long offset = search.next(); offset >= 0; offset = search.next()) {
        assertTrue(asked++ < 4 * ForkSearch.QUESTIONS_MOST, "no end");
        search.boundary(random.nextLong(offset - 2, offset + 3), Digest.UNKNOWN);
      }
      assertEquals(10, search.agreed());
    }
  }

  private void drawBatches() {
    edgeForgot.clear();
    hubForgot.clear();
    for (int i = 1; i <= BATCHES; i++) {
      ends[i] = ends[i - 1] + random.nextInt(1, 5);
    }
  }

  /// @param parts how many batches both hold
  private ForkSearch search(int parts, long acked) {
    ForkSearch search = new ForkSearch(ends[BATCHES], acked);
    int asked = 0;
    for (long offset = search.next(); offset >= 0; offset = search.next()) {
      assertTrue(asked++ < 4 * ForkSearch.QUESTIONS_MOST, "no end");
      int batch = 0;
      while (batch < BATCHES && ends[batch + 1] <= offset) {
        batch++;
      }
      int at = ends[batch];
      long ours = edgeForgot.get(at) ? Digest.UNKNOWN : digest(at, 0);
      if (search.boundary(at, ours)) {
        long theirs = hubForgot.get(at) ? Digest.UNKNOWN : digest(at, batch <= parts ? 0 : 1);
        search.compare(at, ours, theirs);
      }
    }
    return search;
  }

  private static long digest(int at, int life) {
    return at == 0 ? Digest.START : 1_000L * at + life;
  }
}
