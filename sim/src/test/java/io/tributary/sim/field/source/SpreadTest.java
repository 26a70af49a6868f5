package io.tributary.sim.field.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SpreadTest {
  private static final int COUNT = 100_000;

  @Test
  void findsEachNumberAgain() {
    for (int number = 0; number < COUNT; number++) {
      assertEquals(number, Spread.number(Spread.value(number)));
    }
  }

  @Test
  void aTurnedBitIsNobodysNumber() {
    int mistaken = 0;
    for (int number = 0; number < COUNT; number++) {
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        int found = Spread.number(Spread.value(number) ^ (1L << bit));
        mistaken += found >= 0 && found < COUNT ? 1 : 0;
      }
    }
    assertTrue(mistaken < COUNT * Integer.SIZE / 1_000, () -> "too many look like others");
  }
}
