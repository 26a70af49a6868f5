package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;

/// The bytes on edges' disks in the field: a change that cannot read them, or writes others, is a new format.
class GoldenFilesTest {
  private static final BatchIdentity IDENTITY =
      new BatchIdentity(0x0123_4567_89AB_CDEFL, 3_000_000_000L);

  private static final List<Record> RECORDS =
      List.of(
          new Record(
              1_790_000_000_000L,
              utf8("sensor-1"),
              utf8("{\"value\":21.5}"),
              List.of(new Header("edge", utf8("plant-7")), new Header("source", utf8("mqtt")))),
          new Record(
              1_790_000_000_250L,
              null,
              utf8("{\"value\":21.5}"),
              List.of(new Header("edge", null))),
          new Record(1_789_999_999_000L, new byte[0], null, List.of()),
          new Record(1_790_000_000_500L, utf8("größe"), new byte[0], List.of()));

  @Test
  void plainBatchesAreReadAndWrittenAsEver() throws Exception {
    ByteBuffer golden = golden("plain.batch");
    assertBatch(golden, 0, RECORDS);
    assertEquals(golden, Samples.build(Compression.none(), IDENTITY, RECORDS));
  }

  /// What deflate makes of the records may change with the JDK; how it is read may not.
  @Test
  void gzippedBatchesAreReadAsEver() throws Exception {
    List<Record> often = Collections.nCopies(5, RECORDS).stream().flatMap(List::stream).toList();
    assertBatch(golden("gzip.batch"), 1, often);
  }

  @Test
  void gapsAreReadAndWrittenAsEver() throws Exception {
    Gap gap = new Gap(3_000_000_004L, 3_000_000_304L, GapReason.DROP_OLDEST);
    long stream = IDENTITY.streamId();
    long digest = 0x1122_3344_5566_7788L;
    ByteBuffer perEdge = golden("gap-per-edge.batch");
    ByteBuffer single = golden("gap-single.batch");

    assertEquals(
        perEdge, ControlBatch.gapBatch(gap.from(), 300, stream, gap, digest, 1_790_000_001_000L));
    assertEquals(single, ControlBatch.gapBatch(17, 1, stream, gap, digest, 1_790_000_001_000L));
    for (ByteBuffer bytes : List.of(perEdge, single)) {
      BatchView batch = new BatchView().wrap(bytes, 0);
      batch.check(Limits.EDGE);
      assertEquals(new ControlBatch.StreamGap(stream, gap, digest), ControlBatch.readGap(batch));
      MemoryRecords.readableRecords(bytes).batches().forEach(kafkas -> kafkas.ensureValid());
    }
  }

  private static void assertBatch(ByteBuffer bytes, int compressionId, List<Record> records)
      throws Exception {
    BatchView batch = new BatchView().wrap(bytes, 0);
    batch.checkFromEdge(Limits.EDGE);
    assertEquals(compressionId, batch.compressionId());
    assertEquals(IDENTITY, BatchIdentity.of(batch));
    assertEquals(records, Samples.read(batch));
    MemoryRecords.readableRecords(bytes).batches().forEach(kafkas -> kafkas.ensureValid());
  }

  private static ByteBuffer golden(String name) throws IOException {
    try (InputStream file = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
      assertNotNull(file, name);
      return ByteBuffer.wrap(file.readAllBytes());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
