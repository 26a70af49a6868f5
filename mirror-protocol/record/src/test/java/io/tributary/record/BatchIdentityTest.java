package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchIdentityTest {
  @Test
  void epochAndSequenceStandForAnOffsetOf46Bits() {
    assertMapped(0, 0, 0);
    assertMapped(Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
    assertMapped(1L << 31, 1, 0);
    assertMapped((1L << 46) - 1, Short.MAX_VALUE, Integer.MAX_VALUE);
    Random random = new Random(46);
    for (int i = 0; i < 1000; i++) {
      long offset = random.nextLong(BatchIdentity.STREAM_OFFSET_END);
      BatchIdentity identity = new BatchIdentity(1, offset);
      assertTrue(identity.producerEpoch() >= 0);
      assertTrue(identity.baseSequence() >= 0);
      assertEquals(
          offset, BatchIdentity.streamOffset(identity.producerEpoch(), identity.baseSequence()));
    }
  }

  @Test
  void whatNoStreamHasIsNoIdentity() {
    assertThrows(IllegalArgumentException.class, () -> new BatchIdentity(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new BatchIdentity(1, -1));
    assertThrows(IllegalArgumentException.class, () -> new BatchIdentity(1, 1L << 46));
  }

  private static void assertMapped(long offset, int epoch, int sequence) {
    BatchIdentity identity = new BatchIdentity(Long.MAX_VALUE, offset);
    assertEquals(epoch, identity.producerEpoch());
    assertEquals(sequence, identity.baseSequence());
    assertEquals(offset, BatchIdentity.streamOffset((short) epoch, sequence));
  }
}
