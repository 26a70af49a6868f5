package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class ControlBatchTest {
  private static final long STREAM = 0x7654_3210L;
  private static final Gap GAP = new Gap(5_000_000_000L, 5_000_000_250L, GapReason.DROP_OLDEST);
  private static final long DIGEST = 77;

  @Test
  void readsBackTheGapInBothLayouts() throws Exception {
    for (GapReason reason : GapReason.values()) {
      Gap gap = new Gap(GAP.from(), GAP.to(), reason);
      for (int span : new int[] {250, 1}) {
        ControlBatch.StreamGap streamGap =
            new ControlBatch.StreamGap(STREAM, gap, 0x1234_5678_9ABC_DEF0L);
        BatchView batch =
            new BatchView()
                .wrap(
                    ControlBatch.gapBatch(70, span, STREAM, gap, streamGap.digestAtTo(), 9_000), 0);

        batch.check(Limits.EDGE);
        batch.checkIdentity();
        assertTrue(ControlBatch.isGap(batch));
        assertEquals(streamGap, ControlBatch.readGap(batch));
        assertEquals(70, batch.baseOffset());
        assertEquals(70 + span, batch.nextOffset());
        assertEquals(GAP.from(), batch.streamOffset());
        assertEquals(9_000, batch.maxTimestampMs());
      }
    }
  }

  @Test
  void kafkaValidatesItAndSkipsIt() {
    ByteBuffer bytes = ControlBatch.gapBatch(GAP.from(), 250, STREAM, GAP, DIGEST, 9_000);

    RecordBatch batch = MemoryRecords.readableRecords(bytes).batches().iterator().next();

    batch.ensureValid();
    assertTrue(batch.isControlBatch());
    assertFalse(batch.isTransactional());
    assertEquals(GAP.to(), batch.nextOffset());
    assertEquals(1, batch.countOrNull());
    List<Long> offsets = new ArrayList<>();
    for (var record : batch) {
      offsets.add(record.offset());
      assertEquals(4, record.keySize());
      assertEquals(ControlRecordType.UNKNOWN, ControlRecordType.parse(record.key()));
    }
    assertEquals(List.of(GAP.to() - 1), offsets);
  }

  @Test
  void theLongestGapNeedsSeveralBatchesAndTheRoomThatIsReserved() throws Exception {
    Gap huge = new Gap(3, 3 + 2L * Integer.MAX_VALUE + 10, GapReason.HUB_LOST);

    List<Gap> pieces = ControlBatch.split(huge);

    assertEquals(3, pieces.size());
    long next = huge.from();
    for (Gap piece : pieces) {
      assertEquals(next, piece.from());
      next = piece.to();
      ByteBuffer bytes =
          ControlBatch.gapBatch(piece.from(), (int) piece.count(), STREAM, piece, DIGEST, 9_000);
      BatchView batch = new BatchView().wrap(bytes, 0);
      batch.check(Limits.EDGE);
      assertEquals(piece, ControlBatch.readGap(batch).gap());
      assertEquals(piece.to(), batch.nextOffset());
      assertTrue(bytes.limit() <= ControlBatch.GAP_BATCH_BYTES_MOST);
    }
    assertEquals(huge.to(), next);
    assertEquals(
        ControlBatch.GAP_BATCH_BYTES_MOST,
        ControlBatch.gapBatch(3, Integer.MAX_VALUE, STREAM, pieces.getFirst(), DIGEST, 0).limit());
    assertEquals(List.of(GAP), ControlBatch.split(GAP));
  }

  @Test
  void otherControlBatchesAndContradictionsAreNoGaps() throws Exception {
    ByteBuffer data =
        Samples.build(
            Compression.none(),
            new BatchIdentity(STREAM, 1),
            List.of(new Record(1, null, null, List.of())));
    assertNoGap(data);
    assertNoGap(
        MemoryRecords.withEndTransactionMarker(
                7,
                (short) 1,
                new org.apache.kafka.common.record.internal.EndTransactionMarker(
                    ControlRecordType.COMMIT, 0))
            .buffer());
    assertNoGap(
        MemoryRecords.withRecords(
                org.apache.kafka.common.compress.Compression.NONE, new SimpleRecord(new byte[1]))
            .buffer());

    int offsetDeltaOfTheRecord = BatchView.HEADER_BYTES + 3;
    ByteBuffer gap = ControlBatch.gapBatch(GAP.from(), 250, STREAM, GAP, DIGEST, 9_000);
    int digestAtTo = gap.limit() - 1 - Long.BYTES;
    for (int position = offsetDeltaOfTheRecord; position < gap.limit(); position++) {
      if (position >= digestAtTo && position < digestAtTo + Long.BYTES) {
        continue; // any digest may be right
      }
      byte right = gap.get(position);
      gap.put(position, (byte) (right ^ 0x20));
      BatchBytes.seal(gap);
      assertNoGap(gap);
      gap.put(position, right);
    }
  }

  @Test
  void everyReasonHasAStableNumberAndName() throws Exception {
    List<String> names = new ArrayList<>();
    for (GapReason reason : GapReason.values()) {
      names.add(reason.id() + " " + reason.words());
      assertEquals(reason, GapReason.byId(reason.id()));
    }
    assertEquals(
        List.of(
            "1 drop-oldest",
            "2 drop-newest",
            "3 hub-lost",
            "4 lost-tail",
            "5 corrupt",
            "6 retention"),
        names);
    assertThrows(BatchRefused.class, () -> GapReason.byId(0));
    assertThrows(BatchRefused.class, () -> GapReason.byId(7));
  }

  @Test
  void aGapIsARangeOfAStream() {
    assertThrows(IllegalArgumentException.class, () -> new Gap(5, 5, GapReason.CORRUPT));
    assertThrows(IllegalArgumentException.class, () -> new Gap(-1, 5, GapReason.CORRUPT));
    assertThrows(
        IllegalArgumentException.class, () -> new Gap(0, (1L << 46) + 1, GapReason.CORRUPT));
    assertEquals(250, GAP.count());
  }

  private static void assertNoGap(ByteBuffer bytes) throws BatchRefused {
    BatchView batch = new BatchView().wrap(bytes, 0);
    batch.check(Limits.EDGE);
    assertFalse(ControlBatch.isGap(batch));
    assertThrows(BatchRefused.class, () -> ControlBatch.readGap(batch));
  }
}
