package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchRefused.Reason;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCursorTest {
  private static final BatchIdentity IDENTITY = new BatchIdentity(42, 1_000);
  private static final byte[] EDGE = utf8("edge");
  private static final byte[] PLANT = utf8("plant-7");

  @Test
  void showsKeysAndValuesInPlace() throws Exception {
    ByteBuffer bytes =
        Samples.build(
            Compression.none(),
            IDENTITY,
            List.of(
                new Record(5, utf8("k"), utf8("v0"), List.of()),
                new Record(6, null, null, List.of()),
                new Record(4, new byte[0], new byte[0], List.of())));
    for (ByteBuffer buffer : List.of(bytes, bytes.asReadOnlyBuffer(), direct(bytes))) {
      RecordCursor records = new BatchView().wrap(buffer, 0).records(Limits.EDGE);

      assertTrue(records.next());
      assertEquals(1_000, records.offset());
      assertEquals(5, records.timestampMs());
      assertEquals(ByteBuffer.wrap(utf8("k")), records.key());
      assertEquals(ByteBuffer.wrap(utf8("v0")), records.value());
      assertEquals(1, records.keyBytes());
      assertEquals(2, records.valueBytes());
      assertEquals(0, records.headerCount());
      assertTrue(records.next());
      assertEquals(1_001, records.offset());
      assertNull(records.key());
      assertNull(records.value());
      assertEquals(-1, records.keyBytes());
      assertTrue(records.next());
      assertEquals(4, records.timestampMs());
      assertEquals(ByteBuffer.allocate(0), records.key());
      assertFalse(records.next());
      assertFalse(records.next());
    }
  }

  @Test
  void findsTheOriginOnlyWhereItIsUnambiguous() throws Exception {
    Header plant = new Header("edge", PLANT);
    assertTrue(hasOrigin(List.of(plant)));
    assertTrue(hasOrigin(List.of(new Header("source", PLANT), plant, new Header("clock", null))));
    assertFalse(hasOrigin(List.of()));
    assertFalse(hasOrigin(List.of(new Header("edge", utf8("plant-8")))));
    assertFalse(hasOrigin(List.of(new Header("edge", utf8("plant-77")))));
    assertFalse(hasOrigin(List.of(new Header("edge", null))));
    assertFalse(hasOrigin(List.of(new Header("edgy", PLANT))));
    assertFalse(hasOrigin(List.of(plant, plant)));
    assertFalse(hasOrigin(List.of(plant, new Header("edge", utf8("plant-8")))));
  }

  @Test
  void headersThatRepeatThoseOfTheRecordBeforeAreShownAndAskedForInTheirOwnPlace()
      throws Exception {
    List<Header> ours = List.of(new Header("edge", PLANT), new Header("clock", null));
    List<Header> others = List.of(new Header("edge", utf8("plant-8")), new Header("clock", null));
    List<Record> written = new ArrayList<>();
    for (List<Header> headers :
        List.of(ours, ours, others, others, ours, List.<Header>of(), ours)) {
      written.add(new Record(written.size(), null, new byte[written.size()], headers));
    }
    for (Compression compression : List.of(Compression.none(), Compression.gzip())) {
      ByteBuffer bytes = Samples.build(compression, IDENTITY, written);
      RecordCursor records = new BatchView().wrap(bytes, 0).records(Limits.EDGE);
      for (Record each : written) {
        assertTrue(records.next());
        assertEquals(each, records.toRecord());
        assertEquals(each.headers().size(), records.headerCount());
        assertEquals(each.headers().equals(ours), records.hasHeader(EDGE, PLANT));
        assertEquals(each.headers().equals(others), records.hasHeader(EDGE, utf8("plant-8")));
        assertEquals(!each.headers().isEmpty(), records.header(EDGE) != null);
      }
      assertFalse(records.next());
    }
  }

  @Test
  void theLastHeaderOfAKeyIsTheOneThatCounts() throws Exception {
    List<Header> headers =
        List.of(
            new Header("source", utf8("a")),
            new Header("source", utf8("b")),
            new Header("clock", null));
    RecordCursor records = cursor(headers, false);

    assertEquals(ByteBuffer.wrap(utf8("b")), records.header(utf8("source")));
    assertNull(records.header(utf8("clock")));
    assertNull(records.header(utf8("edge")));
    assertEquals(3, records.headerCount());
    assertEquals(headers, records.toRecord().headers());
  }

  @Test
  void walksAndComparesHeadersWithoutAllocating() throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Record record = new Record(1, null, new byte[50], List.of(new Header("edge", PLANT)));
    ByteBuffer bytes =
        Samples.build(Compression.none(), IDENTITY, Collections.nCopies(5_000, record));
    BatchView batch = new BatchView().wrap(bytes, 0);
    RecordCursor cursor = new RecordCursor(Limits.FROM_EDGE);

    long before = threads.getCurrentThreadAllocatedBytes();
    int records = 0;
    cursor.wrap(batch);
    while (cursor.next() && cursor.hasHeader(EDGE, PLANT)) {
      records++;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertEquals(5_000, records);
    assertTrue(allocated < records, allocated + " B for " + records + " records");
  }

  @Test
  void isReusableForManyBatches() throws Exception {
    RecordCursor cursor = new RecordCursor(Limits.EDGE);
    BatchView view = new BatchView();
    for (Compression compression :
        List.of(Compression.gzip(), Compression.none(), Compression.gzip())) {
      List<Record> records = List.of(new Record(1, null, new byte[5_000], List.of()));
      cursor.wrap(view.wrap(Samples.build(compression, IDENTITY, records), 0));
      assertTrue(cursor.next());
      assertEquals(records.getFirst(), cursor.toRecord());
      assertFalse(cursor.next());
    }
  }

  /// Each record is length, attributes, timestamp delta, offset delta, key length, value length, header count.
  @Test
  void everyKindOfMalformedRecordIsRefused() {
    assertEquals(Reason.RECORD, refused("ff ff ff ff ff 00 00"), "varint without an end");
    assertEquals(Reason.RECORD, refused("80 80 80 80 10 00 00"), "varint beyond an int");
    assertEquals(Reason.RECORD, refused("01 00 00 00 01 01 00"), "negative length");
    assertEquals(Reason.RECORD, refused("00 00 00 00 01 01 00"), "empty record");
    assertEquals(Reason.RECORD, refused("0e 00 00 00 01 01 00"), "longer than the batch");
    assertEquals(Reason.RECORD, refused("0a 00 00 00 01 01 00"), "shorter than its fields");
    assertEquals(Reason.RECORD, refused("0c 00 80 80 80 80 80"), "timestamp beyond the record");
    assertEquals(Reason.OFFSETS, refused("0c 00 00 01 01 01 00"), "negative offset delta");
    assertEquals(Reason.OFFSETS, refused("0c 00 00 02 01 01 00"), "offset behind the last");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 03 01 00"), "key length of -2");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 06 01 00"), "key beyond the record");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 01 03 00"), "value length of -2");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 01 04 00"), "value beyond the record");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 01 01 01"), "negative header count");
    assertEquals(Reason.RECORD, refused("0c 00 00 00 01 01 02"), "a header that is not there");
    assertEquals(Reason.HEADERS, refused("10 00 00 00 01 01 fe 07 00"), "too many headers");
    assertEquals(Reason.RECORD, refused("10 00 00 00 01 01 02 01 01"), "header key null");
    assertEquals(Reason.RECORD, refused("10 00 00 00 01 01 02 02 6b"), "header without a value");
    assertEquals(Reason.RECORD, refused("0e 00 00 00 01 01 00 00"), "a byte behind the headers");
    assertEquals(Reason.COUNT, refused("0c 00 00 00 01 01 00 00"), "a byte behind the record");
  }

  @Test
  void theLimitsBindTheReaderAsTheyBindTheBuilder() throws Exception {
    ByteBuffer bytes =
        Samples.build(
            Compression.none(),
            IDENTITY,
            List.of(new Record(1, null, new byte[100], List.of(new Header("key", new byte[3])))));
    // 100 of the value; the header has a length, 3 of the key, a length, 3 of the value
    assertRead(bytes, new Limits(4096, 108, 1, 3, 4096, 1100));
    assertEquals(Reason.TOO_LARGE, refused(bytes, new Limits(4096, 107, 1, 3, 4096, 1100)));
    assertEquals(Reason.HEADERS, refused(bytes, new Limits(4096, 108, 0, 3, 4096, 1100)));
    assertEquals(Reason.HEADERS, refused(bytes, new Limits(4096, 108, 1, 2, 4096, 1100)));
  }

  @Test
  void aDecompressionBombIsStoppedAtTheLimit() throws Exception {
    ByteBuffer bomb =
        Samples.build(
            Compression.gzip(),
            IDENTITY,
            List.of(new Record(1, null, new byte[900_000], List.of())));
    assertTrue(bomb.limit() < 2_000);
    assertRead(bomb, new Limits(4096, 900_000, 1, 3, 1_000_000, 1100));
    assertEquals(
        Reason.DECOMPRESSED_SIZE, refused(bomb, new Limits(4096, 900_000, 1, 3, 900_000, 1100)));
    assertEquals(
        Reason.DECOMPRESSED_SIZE, refused(bomb, new Limits(4096, 900_000, 1, 3, 1_000_000, 500)));
  }

  @Test
  void compressedBytesThatDoNotDecompressAreRefused() throws Exception {
    ByteBuffer batch =
        Samples.build(
            Compression.gzip(), IDENTITY, List.of(new Record(1, null, new byte[900], List.of())));
    int whole = batch.limit();
    for (int cut = BatchView.HEADER_BYTES; cut < whole; cut++) {
      batch.limit(cut);
      batch.putInt(BatchView.BATCH_LENGTH, cut - BatchBytes.LENGTH_END);
      BatchBytes.seal(batch);
      assertEquals(Reason.COMPRESSED_BYTES, refused(batch, Limits.EDGE), "cut to " + cut);
    }
  }

  private static boolean hasOrigin(List<Header> headers) throws Exception {
    boolean onHeap = cursor(headers, false).hasHeader(EDGE, PLANT);
    assertEquals(onHeap, cursor(headers, true).hasHeader(EDGE, PLANT));
    return onHeap;
  }

  private static RecordCursor cursor(List<Header> headers, boolean direct) throws Exception {
    ByteBuffer bytes =
        Samples.build(
            Compression.none(), IDENTITY, List.of(new Record(1, null, new byte[3], headers)));
    RecordCursor records =
        new BatchView().wrap(direct ? direct(bytes) : bytes, 0).records(Limits.EDGE);
    assertTrue(records.next());
    return records;
  }

  /// Puts the bytes behind the header of a batch of one record, with a right CRC.
  private static Reason refused(String hex) {
    byte[] record = HexFormat.ofDelimiter(" ").parseHex(hex);
    ByteBuffer template = ControlBatch.gapBatch(0, 1, 42, new Gap(0, 1, GapReason.CORRUPT), 0, 1);
    ByteBuffer batch = ByteBuffer.allocate(BatchView.HEADER_BYTES + record.length);
    batch.put(0, template, 0, BatchView.HEADER_BYTES).put(BatchView.HEADER_BYTES, record);
    batch.putInt(BatchView.BATCH_LENGTH, batch.limit() - BatchBytes.LENGTH_END);
    BatchBytes.seal(batch);
    return refused(batch, Limits.EDGE);
  }

  private static Reason refused(ByteBuffer batch, Limits limits) {
    return assertThrows(BatchRefused.class, () -> assertRead(batch, limits)).reason();
  }

  private static void assertRead(ByteBuffer bytes, Limits limits) throws BatchRefused {
    BatchView batch = new BatchView().wrap(bytes, 0);
    batch.check(limits);
    RecordCursor records = batch.records(limits);
    List<Long> offsets = new ArrayList<>();
    while (records.next()) {
      offsets.add(records.offset());
    }
    assertEquals(batch.count(), offsets.size());
  }

  private static ByteBuffer direct(ByteBuffer heap) {
    return ByteBuffer.allocateDirect(heap.limit()).put(0, heap, 0, heap.limit());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
