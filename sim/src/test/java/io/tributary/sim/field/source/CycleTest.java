package io.tributary.sim.field.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CycleTest {
  private static final int LENGTH = 1_021;
  private static final int LOWEST = -500;
  private static final int COUNT = 5 * LENGTH;

  private final Cycle cycle = new Cycle(LENGTH, LOWEST);

  private int code(int number) {
    return cycle.code(Spread.value(number));
  }

  private int read(int code) {
    return Spread.number(cycle.value(code));
  }

  @Test
  void usesEachCodeOnceInACycle() {
    Set<Integer> codes = new HashSet<>();
    for (int number = 0; number < LENGTH; number++) {
      codes.add(code(number));
    }
    assertEquals(LENGTH, codes.size());
    assertTrue(codes.stream().allMatch(each -> each >= LOWEST && each < LOWEST + LENGTH));
  }

  @Test
  void findsEachNumberAgainThroughManyCycles() {
    for (int number = 0; number < COUNT; number++) {
      assertEquals(number, read(code(number)));
    }
  }

  @Test
  void findsTheNumberBehindALossOfHalfACycle() {
    int step = LENGTH / 2;
    for (int number = 0; number < COUNT; number += step) {
      assertEquals(number, read(code(number)));
    }
  }

  @Test
  void findsWhatComesAgainAndTooLate() {
    assertEquals(300, read(code(300)));
    assertEquals(300, read(code(300)));
    assertEquals(10, read(code(10)));
    assertEquals(301, read(code(301)));
  }

  @Test
  void hasNoNumberForWhatIsNoCode() {
    assertEquals(-1, cycle.value(LOWEST - 1));
    assertEquals(-1, cycle.value(LOWEST + LENGTH));
    assertEquals(-1, cycle.value(code(LENGTH - 1)), "before the first");
  }

  @Test
  void aTurnedBitIsFarFromTheNumbersOfItsTime() {
    int near = 0;
    for (int number = 0; number < LENGTH; number++) {
      for (int bit = 0; bit < 10; bit++) {
        int place = (code(number) - LOWEST) ^ (1 << bit);
        int found = Spread.number(new Cycle(LENGTH, 0).value(place % LENGTH));
        near += found >= 0 && Math.abs(found - number) <= 1 ? 1 : 0;
      }
    }
    assertTrue(near < LENGTH * 10 / 100, () -> "too many look like their neighbours");
  }
}
