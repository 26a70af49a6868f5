package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigestTest {
  @Test
  void everyStepCanBeTakenBack() {
    Random random = new Random(64);
    long digest = Digest.START;
    for (int i = 0; i < 10_000; i++) {
      int crc = random.nextInt();
      int count = 1 + random.nextInt(1000);
      long next = Digest.extend(digest, crc, i, count);
      assertNotEquals(Digest.UNKNOWN, next);
      assertEquals(digest, Digest.unextend(next, crc, i, count));
      digest = next;
    }
  }

  @Test
  void theBeginningOfAChainFollowsFromItsEnd() {
    Random random = new Random(65);
    for (int batches = 0; batches < 200; batches++) {
      long beginning = random.nextLong() | 1;
      long end = beginning;
      long endFromStart = Digest.START;
      for (int i = 0; i < batches; i++) {
        int crc = random.nextInt();
        end = Digest.extend(end, crc, i, 1);
        endFromStart = Digest.extend(endFromStart, crc, i, 1);
      }
      assertEquals(beginning, Digest.beginning(end, endFromStart, batches));
    }
  }

  @Test
  void theUnknownStaysUnknown() {
    assertEquals(Digest.UNKNOWN, Digest.extend(Digest.UNKNOWN, 1, 2, 3));
    assertEquals(Digest.UNKNOWN, Digest.unextend(Digest.UNKNOWN, 1, 2, 3));
  }

  @Test
  void differsWhereContentOrderPlaceOrCountDiffers() {
    Set<Long> seen = new HashSet<>();
    for (int crc = 0; crc < 20; crc++) {
      for (long offset = 0; offset < 20; offset++) {
        for (int count = 1; count < 20; count++) {
          seen.add(Digest.extend(Digest.START, crc, offset, count));
        }
      }
    }
    assertEquals(20 * 20 * 19, seen.size());
    long ab = Digest.extend(Digest.extend(Digest.START, 1, 0, 1), 2, 1, 1);
    long ba = Digest.extend(Digest.extend(Digest.START, 2, 0, 1), 1, 1, 1);
    assertNotEquals(ab, ba);
  }

  @Test
  void doesNotDependOnWhereTheHubPutTheBatch() throws Exception {
    ByteBuffer bytes =
        Samples.build(
            Compression.none(),
            new BatchIdentity(42, 7),
            List.of(new Record(1, null, new byte[3], List.of())));
    BatchView batch = new BatchView().wrap(bytes, 0);
    long atTheEdge = Digest.extend(Digest.START, batch);

    BatchBytes.setBaseOffset(bytes, 0, 123_456);

    assertEquals(atTheEdge, Digest.extend(Digest.START, batch));
    assertEquals(Digest.START, Digest.unextend(atTheEdge, batch));
  }

  @Test
  void unknownAgreesWithAllButAPlaceInsideABatch() {
    assertTrue(Digest.agree(5, 5));
    assertFalse(Digest.agree(5, 6));
    assertTrue(Digest.agree(Digest.UNKNOWN, 6));
    assertTrue(Digest.agree(5, Digest.UNKNOWN));
    assertFalse(Digest.agree(Digest.INSIDE, 5));
    assertFalse(Digest.agree(Digest.UNKNOWN, Digest.INSIDE));
    assertFalse(Digest.agree(Digest.INSIDE, Digest.INSIDE));
  }

  @Test
  void aBatchHasNoInsideAtItsEnds() throws Exception {
    ByteBuffer bytes =
        Samples.build(
            Compression.none(),
            new BatchIdentity(42, 7),
            List.of(
                new Record(1, null, new byte[3], List.of()),
                new Record(1, null, new byte[3], List.of())));
    BatchView batch = new BatchView().wrap(bytes, 0);
    assertFalse(Digest.isInside(batch, 7));
    assertTrue(Digest.isInside(batch, 8));
    assertFalse(Digest.isInside(batch, 9));
    ByteBuffer gap = ControlBatch.gapBatch(0, 1, 42, new Gap(7, 9, GapReason.CORRUPT), 1, 1);
    assertFalse(Digest.isInside(new BatchView().wrap(gap, 0), 8));
  }

  /// Digests are kept in files and compared between versions: the function must never change.
  @Test
  void isPartOfTheFormat() {
    long digest = Digest.extend(Digest.START, 0x1234_5678, 0, 10);
    assertEquals("27ecb181fe1ac4f7", Long.toHexString(digest));
    digest = Digest.extend(digest, -1, 10, 3);
    assertEquals("d4871970fc245d2d", Long.toHexString(digest));
  }
}
