package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchViewTest {
  private static final BatchIdentity IDENTITY =
      new BatchIdentity(0x1234_5678_9ABCL, 5_000_000_000L);
  private static final List<Record> RECORDS =
      List.of(
          new Record(2_000, new byte[] {1}, new byte[] {2, 3}, List.of()),
          new Record(1_000, null, null, List.of(new Header("edge", new byte[] {4}))),
          new Record(3_000, new byte[0], new byte[200], List.of()));

  @Test
  void namesEveryFieldOfTheHeader() throws Exception {
    ByteBuffer built = Samples.build(Compression.none(), IDENTITY, RECORDS);
    ByteBuffer shifted =
        ByteBuffer.allocateDirect(built.limit() + 7).put(7, built, 0, built.limit());

    BatchView batch = new BatchView().wrap(shifted, 7);

    batch.checkFromEdge(Limits.EDGE);
    assertEquals(5_000_000_000L, batch.baseOffset());
    assertEquals(built.limit() - 12, batch.batchLength());
    assertEquals(built.limit(), batch.sizeBytes());
    assertEquals(-1, batch.partitionLeaderEpoch());
    assertEquals(2, batch.magic());
    assertEquals(0, batch.attributes());
    assertEquals(2, batch.lastOffsetDelta());
    assertEquals(5_000_000_002L, batch.lastOffset());
    assertEquals(5_000_000_003L, batch.nextOffset());
    assertEquals(2_000, batch.baseTimestampMs());
    assertEquals(3_000, batch.maxTimestampMs());
    assertEquals(0x1234_5678_9ABCL, batch.streamId());
    assertEquals(2, batch.producerEpoch());
    assertEquals(5_000_000_000L - 2 * (1L << 31), batch.baseSequence());
    assertEquals(5_000_000_000L, batch.streamOffset());
    assertEquals(3, batch.count());
    assertEquals(IDENTITY, BatchIdentity.of(batch));
    assertEquals(built, batch.slice());
    assertEquals(RECORDS, Samples.read(batch));
  }

  @Test
  void everyCorruptedByteIsRefused() throws Exception {
    for (Compression compression : List.of(Compression.none(), Compression.gzip())) {
      ByteBuffer batch = Samples.build(compression, IDENTITY, RECORDS);
      for (int position = 0; position < batch.limit(); position++) {
        byte right = batch.get(position);
        for (int bit = 0; bit < 8; bit++) {
          batch.put(position, (byte) (right ^ (1 << bit)));
          BatchRefused refused = refusedFromEdge(batch, Limits.EDGE);
          if (position >= BatchView.CRC) {
            assertEquals(Reason.CRC, refused.reason(), "position " + position);
          }
        }
        batch.put(position, right);
      }
      new BatchView().wrap(batch, 0).checkFromEdge(Limits.EDGE);
    }
  }

  @Test
  void aBatchCutShortIsRefusedAtEveryLength() throws Exception {
    ByteBuffer batch = Samples.build(Compression.none(), IDENTITY, RECORDS);
    int size = batch.limit();
    for (int length = 0; length < size; length++) {
      batch.limit(length);
      assertEquals(Reason.TRUNCATED, refusedFromEdge(batch, Limits.EDGE).reason());
    }
  }

  @Test
  void aLyingLengthIsRefused() throws Exception {
    ByteBuffer batch = Samples.build(Compression.none(), IDENTITY, RECORDS);
    int right = batch.getInt(BatchView.BATCH_LENGTH);

    assertEquals(Reason.LENGTH, refusedWithLength(batch, Integer.MIN_VALUE));
    assertEquals(Reason.LENGTH, refusedWithLength(batch, -1));
    assertEquals(Reason.LENGTH, refusedWithLength(batch, 0));
    assertEquals(Reason.LENGTH, refusedWithLength(batch, 48));
    assertEquals(Reason.LENGTH, refusedWithLength(batch, Integer.MAX_VALUE));
    assertEquals(Reason.CRC, refusedWithLength(batch, 49));
    assertEquals(Reason.CRC, refusedWithLength(batch, right - 1));
    assertEquals(Reason.TRUNCATED, refusedWithLength(batch, right + 1));
    assertEquals(Reason.TOO_LARGE, refusedWithLength(batch, Limits.EDGE_BATCH_BYTES));
    assertEquals(Reason.TOO_LARGE, refusedWithLength(batch, Integer.MAX_VALUE - 12));
  }

  @Test
  void contradictionsUnderARightCrcAreRefused() throws Exception {
    assertEquals(
        Reason.OFFSETS, refusedWith(batch -> batch.putInt(BatchView.LAST_OFFSET_DELTA, -1)));
    assertEquals(Reason.OFFSETS, refusedWith(batch -> batch.putLong(BatchView.BASE_OFFSET, -5)));
    assertEquals(
        Reason.OFFSETS, refusedWith(batch -> batch.putLong(BatchView.BASE_OFFSET, Long.MAX_VALUE)));
    assertEquals(Reason.COUNT, refusedWith(batch -> batch.putInt(BatchView.COUNT, -1)));
    assertEquals(Reason.COUNT, refusedWith(batch -> batch.putInt(BatchView.COUNT, 4)));
    assertEquals(
        Reason.COUNT,
        refusedWith(batch ->
            batch.putInt(BatchView.COUNT, 1_000_000).putInt(BatchView.LAST_OFFSET_DELTA, 999_999)));
  }

  @Test
  void whatNoEdgeWritesIsRefusedFromAnEdge() throws Exception {
    assertEquals(Reason.ATTRIBUTES, refusedWithAttributes(BatchView.TRANSACTIONAL_BIT));
    assertEquals(Reason.ATTRIBUTES, refusedWithAttributes(BatchView.APPEND_TIME_BIT));
    assertEquals(Reason.ATTRIBUTES, refusedWithAttributes(0x40));
    assertEquals(Reason.ATTRIBUTES, refusedWithAttributes(0x8000));
    assertEquals(Reason.IDENTITY, refusedWith(batch -> batch.putLong(BatchView.PRODUCER_ID, -1)));
    assertEquals(
        Reason.IDENTITY,
        refusedWith(batch -> batch.putShort(BatchView.PRODUCER_EPOCH, (short) -1)));
    assertEquals(Reason.IDENTITY, refusedWith(batch -> batch.putInt(BatchView.BASE_SEQUENCE, -1)));
    assertEquals(
        Reason.IDENTITY, refusedWith(batch -> batch.putInt(BatchView.PARTITION_LEADER_EPOCH, 0)));
    assertEquals(Reason.OFFSETS, refusedWith(batch -> batch.putInt(BatchView.BASE_SEQUENCE, 1)));
    assertEquals(Reason.COUNT, refusedWith(batch -> batch.putInt(BatchView.COUNT, 2)));
    assertEquals(Reason.COUNT, refusedWith(batch -> batch.putInt(BatchView.LAST_OFFSET_DELTA, 3)));

    ByteBuffer gap =
        ControlBatch.gapBatch(10, 1, 42, new Gap(10, 11, GapReason.DROP_OLDEST), 0, 1_000);
    assertEquals(Reason.ATTRIBUTES, refusedFromEdge(gap, Limits.EDGE).reason());
    new BatchView().wrap(gap, 0).checkIdentity();
  }

  @Test
  void aBatchThatTheHubMovedKeepsItsCrcAndItsIdentity() throws Exception {
    ByteBuffer bytes = Samples.build(Compression.none(), IDENTITY, RECORDS);
    BatchBytes.setBaseOffset(bytes, 0, 77);
    BatchView batch = new BatchView().wrap(bytes, 0);

    batch.check(Limits.EDGE);
    batch.checkIdentity();
    assertEquals(77, batch.baseOffset());
    assertEquals(IDENTITY, BatchIdentity.of(batch));
    assertEquals(Reason.OFFSETS, refusedFromEdge(bytes, Limits.EDGE).reason());
  }

  @Test
  void aBatchThatCompactionEmptiedIsABatch() throws Exception {
    ByteBuffer bytes = Samples.build(Compression.none(), IDENTITY, RECORDS);
    bytes.limit(BatchView.HEADER_BYTES);
    bytes.putInt(BatchView.BATCH_LENGTH, BatchView.HEADER_BYTES - BatchBytes.LENGTH_END);
    bytes.putInt(BatchView.COUNT, 0);
    BatchBytes.seal(bytes);
    BatchView batch = new BatchView().wrap(bytes, 0);

    batch.check(Limits.EDGE);
    assertFalse(batch.records(Limits.EDGE).next());
    assertEquals(Reason.COUNT, refusedFromEdge(bytes, Limits.EDGE).reason());
  }

  @Test
  void onlyBigEndianBuffersAreViewed() {
    ByteBuffer little = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);

    assertThrows(IllegalArgumentException.class, () -> new BatchView().wrap(little, 0));
  }

  /// Half of the mutants get a right CRC, so that what lies behind it is reached.
  @Test
  void whateverTheBytesOnlyARefusalEscapes() throws Exception {
    Set<Reason> seen = EnumSet.noneOf(Reason.class);
    int believed = 0;
    for (long seed = 0; seed < 60_000; seed++) {
      Random random = new Random(seed);
      ByteBuffer mutant = Mutants.of(random);
      try {
        Mutants.useAll(mutant);
        believed++;
      } catch (BatchRefused refused) {
        seen.add(refused.reason());
      } catch (RuntimeException | Error bug) {
        throw new AssertionError("seed " + seed, bug);
      }
    }
    assertTrue(believed > 0);
    assertEquals(EnumSet.allOf(Reason.class), seen, "the mutants reach every refusal");
  }

  private interface Change {
    void apply(ByteBuffer batch);
  }

  private static Reason refusedWith(Change change) throws Exception {
    ByteBuffer batch = Samples.build(Compression.none(), IDENTITY, RECORDS);
    change.apply(batch);
    BatchBytes.seal(batch);
    return refusedFromEdge(batch, Limits.EDGE).reason();
  }

  private static Reason refusedWithAttributes(int attributes) throws Exception {
    return refusedWith(batch -> batch.putShort(BatchView.ATTRIBUTES, (short) attributes));
  }

  private static Reason refusedWithLength(ByteBuffer batch, int length) {
    batch.putInt(BatchView.BATCH_LENGTH, length);
    return refusedFromEdge(batch, Limits.EDGE).reason();
  }

  private static BatchRefused refusedFromEdge(ByteBuffer bytes, Limits limits) {
    return assertThrows(
        BatchRefused.class, () -> new BatchView().wrap(bytes, 0).checkFromEdge(limits));
  }
}
