package io.tributary.record;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/// Batches with a few bytes changed, from a seed, and a reader that uses everything that a batch offers.
final class Mutants {
  /// Tight, so that mutants reach the limits.
  private static final Limits LIMITS = new Limits(4096, 600, 4, 60, 8192, 20);

  private static final byte[] EDGE = {'e', 'd', 'g', 'e'};
  private static final int[] TELLING_INTS = {
    -1, 0, 1, 48, 49, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private Mutants() {}

  static ByteBuffer of(Random random) throws RecordRefused {
    ByteBuffer batch = original(random);
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      change(random, batch);
    }
    if (random.nextBoolean() && batch.limit() >= BatchView.HEADER_BYTES) {
      if (random.nextInt(4) > 0) {
        batch.putInt(BatchView.BATCH_LENGTH, batch.limit() - BatchBytes.LENGTH_END);
      }
      BatchBytes.seal(batch);
    }
    return random.nextBoolean() ? batch : direct(batch);
  }

  static void useAll(ByteBuffer bytes) throws BatchRefused {
    BatchCursor batches = new BatchCursor().wrap(bytes);
    while (batches.next()) {
      assertNotNull(batches.batch().toString());
    }
    BatchView batch = new BatchView().wrap(bytes, 0);
    batch.check(LIMITS);
    RecordCursor records = batch.records(LIMITS);
    while (records.next()) {
      records.toRecord();
      records.hasHeader(EDGE, EDGE);
      records.header(EDGE);
      records.key();
      records.value();
    }
    ControlBatch.isGap(batch);
    if (batch.isControl()) {
      ControlBatch.readGap(batch);
    } else {
      batch.checkFromEdge(LIMITS);
    }
  }

  private static ByteBuffer original(Random random) throws RecordRefused {
    BatchIdentity identity = new BatchIdentity(7, random.nextLong(1L << 46));
    return switch (random.nextInt(6)) {
      case 0 -> {
        int span = 1 + random.nextInt(1000);
        Gap gap = new Gap(5, 5 + span, GapReason.CORRUPT);
        yield ControlBatch.gapBatch(5, random.nextBoolean() ? span : 1, 7, gap, 3, 1_000);
      }
      case 1 ->
          Samples.build(
              Compression.gzip(),
              identity,
              List.of(new Record(1, null, new byte[9000], List.of())));
      case 2 -> Samples.build(Compression.gzip(), identity, Samples.records(random, 8));
      default -> Samples.build(Compression.none(), identity, Samples.records(random, 8));
    };
  }

  private static void change(Random random, ByteBuffer batch) {
    int position = random.nextInt(batch.limit());
    switch (random.nextInt(6)) {
      case 0 -> batch.put(position, (byte) random.nextInt(256));
      case 1 -> batch.put(position, (byte) (batch.get(position) ^ (1 << random.nextInt(8))));
      case 2 -> batch.put(position, (byte) (random.nextBoolean() ? 0xFF : 0x80));
      case 3 ->
          batch.putInt(
              Math.max(0, Math.min(position, batch.limit() - Integer.BYTES)),
              TELLING_INTS[random.nextInt(TELLING_INTS.length)]);
      case 4 -> {
        int inHeader = random.nextInt(BatchView.HEADER_BYTES);
        if (inHeader < batch.limit()) {
          batch.put(inHeader, (byte) random.nextInt(256));
        }
      }
      default -> batch.limit(random.nextInt(8) == 0 ? Math.max(4, position) : batch.limit());
    }
  }

  private static ByteBuffer direct(ByteBuffer heap) {
    return ByteBuffer.allocateDirect(heap.limit()).put(0, heap, 0, heap.limit());
  }
}
