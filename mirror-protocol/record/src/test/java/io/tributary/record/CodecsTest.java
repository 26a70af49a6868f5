package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecsTest {
  @Test
  void findsTheBuiltInCodecsAndThoseOfOtherModules() throws Exception {
    assertEquals(List.of("none", "gzip", "lz4"), Compression.names());
    assertSame(Compression.none(), Compression.byId(0));
    assertSame(Compression.gzip(), Compression.byId(1));
    assertSame(Compression.gzip(), Compression.byName("gzip"));
    assertInstanceOf(Lz4ForTests.class, Compression.byId(3));
  }

  @Test
  void refusesWhatNobodyProvidesByItsName() {
    assertRefused(2, "CODEC: no module here provides snappy");
    assertRefused(4, "CODEC: no module here provides zstd");
    assertRefused(5, "CODEC: no codec has the number 5");
    assertRefused(-1, "CODEC: no codec has the number -1");
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> Compression.byName("zstd"));
    assertEquals("no compression is called zstd; here are [none, gzip, lz4]", unknown.getMessage());
  }

  @Test
  void aCodecOfAnotherModuleIsBoundedAsTheBuiltInOnesAre() throws Exception {
    Record record = new Record(1, null, new byte[50_000], List.of());
    ByteBuffer bytes =
        Samples.build(Compression.byName("lz4"), new BatchIdentity(1, 0), List.of(record));
    BatchView batch = new BatchView().wrap(bytes, 0);

    batch.checkFromEdge(Limits.EDGE);
    assertEquals(3, batch.compressionId());
    assertTrue(batch.sizeBytes() < 1_000);
    assertEquals(List.of(record), Samples.read(batch));
    Limits tight = new Limits(4096, 60_000, 1, 1, 40_000, 1100);
    assertEquals(
        Reason.DECOMPRESSED_SIZE,
        assertThrows(BatchRefused.class, () -> batch.records(tight)).reason());
    bytes.putInt(BatchView.HEADER_BYTES, 0);
    assertEquals(
        Reason.COMPRESSED_BYTES,
        assertThrows(BatchRefused.class, () -> batch.records(Limits.EDGE)).reason());
  }

  private static void assertRefused(int id, String expected) {
    BatchRefused refused = assertThrows(BatchRefused.class, () -> Compression.byId(id));
    assertEquals(expected, refused.getMessage());
  }
}
