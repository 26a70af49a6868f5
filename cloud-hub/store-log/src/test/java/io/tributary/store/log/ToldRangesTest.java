package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ToldRangesTest {
  private ToldRanges told = new ToldRanges();

  @Test
  void onlyWhatWasNotToldIsToldWhateverTheReason() {
    told.add(new Gap(10, 20, GapReason.DROP_OLDEST));
    told.add(new Gap(30, 31, GapReason.CORRUPT));
    assertEquals(
        List.of(corrupt(5, 10), corrupt(20, 30), corrupt(31, 40)), told.untold(corrupt(5, 40)));
    assertEquals(List.of(), told.untold(corrupt(12, 20)));
    assertEquals(List.of(corrupt(20, 21)), told.untold(corrupt(12, 21)));
    assertEquals(
        List.of(new Gap(20, 25, GapReason.LOST_TAIL)),
        told.untold(new Gap(20, 25, GapReason.LOST_TAIL)));
  }

  @Test
  void itAgreesWithASetOfOffsets() {
    Random random = new Random(1);
    BitSet model = new BitSet();
    for (int i = 0; i < 20_000; i++) {
      int from = random.nextInt(500);
      Gap gap = corrupt(from, from + 1 + random.nextInt(20));
      BitSet untold = new BitSet();
      for (Gap part : told.untold(gap)) {
        assertEquals(gap.reason(), part.reason());
        untold.set((int) part.from(), (int) part.to());
      }
      BitSet expected = new BitSet();
      expected.set((int) gap.from(), (int) gap.to());
      expected.andNot(model);
      assertEquals(expected, untold);
      if (random.nextInt(10) == 0) {
        told.add(gap);
        model.set((int) gap.from(), (int) gap.to());
      }
      if (model.cardinality() > 400) {
        told = new ToldRanges();
        model.clear();
      }
    }
  }

  @Test
  void theLowestIsForgottenWhenThereAreTooMany() {
    for (int i = 0; i <= ToldRanges.MOST; i++) {
      told.add(corrupt(10L * i, 10L * i + 1));
    }
    assertEquals(List.of(corrupt(0, 1)), told.untold(corrupt(0, 1)));
    assertEquals(List.of(), told.untold(corrupt(10, 11)));
  }

  private static Gap corrupt(long from, long to) {
    return new Gap(from, to, GapReason.CORRUPT);
  }
}
