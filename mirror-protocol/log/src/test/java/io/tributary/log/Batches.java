package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Batches for tests: record `o` of a stream has the value `STREAM/o`, padded, and the timestamp 1000 + o.
final class Batches {
  private Batches() {}

  static ByteBuffer of(long streamId, long from, int count) {
    return of(streamId, from, count, 1_000 + from);
  }

  static ByteBuffer of(long streamId, long from, int count, long firstTimestampMs) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    try {
      for (int i = 0; i < count; i++) {
        byte[] value = value(streamId, from + i);
        builder.tryAppend(firstTimestampMs + i, (byte[]) null, value, EncodedHeaders.NONE);
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    ByteBuffer built = builder.build(new BatchIdentity(streamId, from));
    return ByteBuffer.allocate(built.remaining()).put(built).flip();
  }

  static byte[] value(long streamId, long offset) {
    return (streamId + "/" + offset + "/.........................................................")
        .getBytes(StandardCharsets.UTF_8);
  }
}
