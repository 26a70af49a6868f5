package io.tributary.sim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class NumberedReadingsTest {
  private final NumberedReadings book = new NumberedReadings();

  @Test
  void whatWasReadOnceAndInOrderIsNeitherMissingNorTold() {
    book.acknowledgedBelow(0, 3);
    book.acknowledged(NumberedReadings.number(2, 7));
    read(0, 0, 1, 2);
    read(2, 6, 7); // 6 was never acknowledged: it may be there
    assertEquals(4, book.acknowledged());
    assertEquals(0, book.missing());
    assertEquals(0, book.lostToDamage());
    assertEquals(0, book.duplicated());
    assertEquals(0, book.disordered());
  }

  @Test
  void tellsWhatIsMissingFromWhatADamageHit() {
    book.acknowledgedBelow(0, 4);
    book.hit(NumberedReadings.number(0, 1));
    book.hit(NumberedReadings.number(0, 2));
    read(0, 0, 2); // 2 was hit and came back all the same
    assertEquals(1, book.missing());
    assertEquals(1, book.lostToDamage());
  }

  @Test
  void seesADoubleAndAStepBack() {
    read(1, 0, 2, 1, 2);
    assertEquals(1, book.duplicated());
    assertEquals(1, book.disordered());
  }

  @Test
  void aSecondReadingOfTheSameIsNoDouble() {
    book.acknowledgedBelow(0, 2);
    read(0, 0, 1);
    book.readAgain();
    assertEquals(2, book.missing());
    read(0, 0, 1);
    assertEquals(0, book.duplicated());
    assertEquals(0, book.missing());
  }

  private void read(int source, int... counts) {
    for (int count : counts) {
      book.read(NumberedReadings.number(source, count));
    }
  }
}
