package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchBuilderTest {
  private static final BatchIdentity FIRST = new BatchIdentity(42, 0);

  @Test
  void fillsUpToTheLimitAndNeverBeyond() throws Exception {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      int batchBytes = Limits.BATCH_BYTES_LEAST + random.nextInt(8000);
      Limits limits = Limits.edge(batchBytes);
      BatchBuilder builder = new BatchBuilder(Compression.none(), limits);
      Record record = Samples.record(random);
      while (builder.tryAppend(record)) {
        record = Samples.record(random);
      }
      int count = builder.count();
      BatchView batch = new BatchView().wrap(builder.build(FIRST), 0);

      assertTrue(count > 0);
      assertEquals(count, batch.count());
      assertEquals(builder.sizeBytes(), batch.sizeBytes());
      batch.checkFromEdge(limits);
      builder.reset();
      assertTrue(builder.tryAppend(record), "what did not fit begins the next batch");
    }
  }

  @Test
  void acceptsTheLargestRecordThatFitsAloneAndRefusesOneByteMore() throws Exception {
    Limits limits = new Limits(2048, 4096, 4, 16, 4096, 1100);
    // 61 of the header; length of two bytes, attributes, two deltas, null key, length of two, no
    // headers
    int largest = 2048 - BatchView.HEADER_BYTES - 2 - 1 - 2 - 1 - 2 - 1;
    BatchBuilder builder = new BatchBuilder(Compression.none(), limits);

    RecordRefused refused =
        assertThrows(RecordRefused.class, () -> append(builder, new byte[largest + 1]));
    assertEquals(RecordRefused.Limit.BATCH_BYTES, refused.limit());
    assertEquals(2049, refused.value());
    assertEquals(2048, refused.allowed());
    assertTrue(append(builder, new byte[largest]));
    assertEquals(2048, builder.sizeBytes());
    assertFalse(append(builder, new byte[0]));

    builder.reset();
    assertTrue(append(builder, new byte[1]));
    assertFalse(append(builder, new byte[largest]), "it fits the next batch");
    assertThrows(RecordRefused.class, () -> append(builder, new byte[largest + 1]));
    assertEquals(1, builder.count());
    new BatchView().wrap(builder.build(FIRST), 0).checkFromEdge(limits);
  }

  @Test
  void refusesWhatBreaksALimitOfARecordAndSaysWhich() {
    Limits limits = new Limits(4096, 100, 2, 8, 4096, 1100);
    byte[] none = {};

    assertRefused(limits, new Record(0, new byte[60], new byte[41], List.of()), "RECORD_BYTES");
    Header header = new Header("k", none);
    assertRefused(
        limits, new Record(0, none, none, Collections.nCopies(3, header)), "HEADER_COUNT");
    assertRefused(
        limits,
        new Record(0, none, none, List.of(new Header("größere", none))),
        "HEADER_KEY_BYTES");
    assertRefused(limits, new Record(-1, none, none, List.of()), "TIMESTAMP_MS");
  }

  @Test
  void aRefusalNamesLimitValueAndWhatIsAllowed() {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);

    RecordRefused refused =
        assertThrows(RecordRefused.class, () -> append(builder, new byte[70_000]));

    assertEquals("record bytes is 70000, allowed is at most 65475", refused.getMessage());
    assertTrue(builder.isEmpty());
  }

  @Test
  void takesBytesFromBuffersWithoutMovingThem() throws Exception {
    ByteBuffer key =
        ByteBuffer.allocateDirect(16).put(new byte[] {9, 1, 2, 9}).position(1).limit(3);
    ByteBuffer value =
        ByteBuffer.wrap(new byte[] {9, 9, 3, 4, 5}).position(2).slice().asReadOnlyBuffer();
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);

    assertTrue(builder.tryAppend(7, key, value, EncodedHeaders.NONE));

    assertEquals(1, key.position());
    assertEquals(3, value.remaining());
    BatchView batch = new BatchView().wrap(builder.build(FIRST), 0);
    assertEquals(
        List.of(new Record(7, new byte[] {1, 2}, new byte[] {3, 4, 5}, List.of())),
        Samples.read(batch));
  }

  @Test
  void isReusableAfterReset() throws Exception {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);
    append(builder, "first".getBytes(StandardCharsets.UTF_8));
    builder.build(FIRST);
    builder.reset();
    assertTrue(builder.isEmpty());
    assertThrows(IllegalStateException.class, () -> builder.build(FIRST));

    Record record = new Record(3, null, "second".getBytes(StandardCharsets.UTF_8), List.of());
    builder.tryAppend(record);
    BatchView batch = new BatchView().wrap(builder.build(new BatchIdentity(42, 1)), 0);

    batch.checkFromEdge(Limits.EDGE);
    assertEquals(List.of(record), Samples.read(batch));
    assertEquals(3, batch.baseTimestampMs());
  }

  @Test
  void buildsTheSameBytesTwice() throws Exception {
    BatchBuilder builder = new BatchBuilder(Compression.gzip(), Limits.EDGE);
    append(builder, new byte[1000]);

    byte[] once = bytes(builder.build(FIRST));

    assertArrayEquals(once, bytes(builder.build(FIRST)));
  }

  @Test
  void keepsUncompressedWhatDoesNotBecomeSmaller() throws Exception {
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    BatchBuilder builder = new BatchBuilder(Compression.gzip(), Limits.EDGE);

    append(builder, noise);
    BatchView incompressible = new BatchView().wrap(builder.build(FIRST), 0);
    incompressible.checkFromEdge(Limits.EDGE);
    assertEquals(0, incompressible.compressionId());

    builder.reset();
    append(builder, new byte[10_000]);
    BatchView compressible = new BatchView().wrap(builder.build(FIRST), 0);
    compressible.checkFromEdge(Limits.EDGE);
    assertEquals(1, compressible.compressionId());
    assertTrue(compressible.sizeBytes() < 200);
  }

  @Test
  void appendsWithoutAllocating() throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    EncodedHeaders headers = EncodedHeaders.of(List.of(new Header("edge", new byte[12])));
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);
    ByteBuffer value = ByteBuffer.allocate(100);
    while (builder.tryAppend(Samples.NOW_MS, null, value, headers)) {
      // the array has its full size now
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    int records = 0;
    for (int round = 0; round < 20; round++) {
      builder.reset();
      while (builder.tryAppend(Samples.NOW_MS + records, null, value, headers)) {
        records++;
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(records > 5_000);
    assertTrue(allocated < records, allocated + " B for " + records + " records");
  }

  private static boolean append(BatchBuilder builder, byte[] value) throws RecordRefused {
    return builder.tryAppend(1, null, value, EncodedHeaders.NONE);
  }

  private static void assertRefused(Limits limits, Record record, String limit) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), limits);
    RecordRefused refused = assertThrows(RecordRefused.class, () -> builder.tryAppend(record));
    assertEquals(limit, refused.limit().name());
    assertTrue(builder.isEmpty());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
