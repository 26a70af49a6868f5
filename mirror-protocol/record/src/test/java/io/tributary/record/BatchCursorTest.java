package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCursorTest {
  @Test
  void walksOverWholeBatchesAndStopsBeforeAPartialOne() throws Exception {
    ByteBuffer bytes = threeBatches();
    int whole = bytes.limit();
    int batch = whole / 3;
    for (int limit = 0; limit <= whole; limit++) {
      bytes.limit(limit);
      BatchCursor batches = new BatchCursor().wrap(bytes);
      int count = 0;
      while (batches.next()) {
        assertEquals(10 + count, batches.batch().baseOffset());
        count++;
      }
      assertEquals(limit / batch, count);
      assertEquals(count * batch, batches.endPosition());
      assertFalse(batches.next());
      assertEquals(0, bytes.position());
    }
  }

  @Test
  void beginsAtTheBuffersPosition() throws Exception {
    ByteBuffer bytes = threeBatches();
    bytes.position(bytes.limit() / 3);
    BatchCursor batches = new BatchCursor().wrap(bytes);

    assertTrue(batches.next());
    assertEquals(11, batches.batch().baseOffset());
    assertEquals(bytes.position(), batches.batch().position());
  }

  @Test
  void aLengthThatNoBatchHasEndsTheWalkWithARefusal() throws Exception {
    ByteBuffer bytes = threeBatches();
    bytes.putInt(bytes.limit() / 3 + BatchView.BATCH_LENGTH, -12);
    BatchCursor batches = new BatchCursor().wrap(bytes);

    assertTrue(batches.next());
    assertThrows(BatchRefused.class, batches::next);
    assertEquals(bytes.limit() / 3, batches.endPosition());
  }

  @Test
  void theSizeIsKnownFromTwelveBytesOn() throws Exception {
    ByteBuffer bytes = threeBatches();
    int whole = bytes.limit();
    int batch = whole / 3;
    for (int length = 0; length < whole; length++) {
      bytes.limit(length);
      assertEquals(length < BatchBytes.LENGTH_END ? -1 : batch, BatchBytes.sizeAt(bytes, 0));
      bytes.limit(whole);
    }
  }

  private static ByteBuffer threeBatches() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    for (int i = 0; i < 3; i++) {
      BatchIdentity identity = new BatchIdentity(42, 10 + i);
      Record record = new Record(1, null, new byte[20], List.of());
      bytes.put(Samples.build(Compression.none(), identity, List.of(record)));
    }
    return bytes.flip();
  }
}
