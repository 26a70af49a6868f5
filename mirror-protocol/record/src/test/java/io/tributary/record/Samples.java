package io.tributary.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Random records from a seed, and the ways that tests read batches back.
final class Samples {
  static final long NOW_MS = 1_790_000_000_000L;

  private static final String[] KEYS = {
    "edge", "source", "clock", "", "größe", "温度", "x".repeat(200)
  };

  private Samples() {}

  static List<Record> records(Random random, int most) {
    int count = 1 + random.nextInt(most);
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(record(random));
    }
    return records;
  }

  static Record record(Random random) {
    long timestampMs =
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> random.nextLong(Long.MAX_VALUE);
          default -> NOW_MS + random.nextInt(100_000) - 50_000;
        };
    List<Header> headers = new ArrayList<>();
    for (int i = random.nextInt(8) - 4; i > 0; i--) {
      headers.add(new Header(KEYS[random.nextInt(KEYS.length)], bytes(random, 40)));
    }
    return new Record(timestampMs, bytes(random, 20), bytes(random, 300), headers);
  }

  static byte @Nullable [] bytes(Random random, int most) {
    int kind = random.nextInt(8);
    if (kind == 0) {
      return null;
    }
    byte[] bytes = new byte[kind == 1 ? 0 : random.nextInt(most + 1)];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    } else {
      java.util.Arrays.fill(bytes, (byte) 'a');
    }
    return bytes;
  }

  /// Builds one batch of all these records, which must fit.
  static ByteBuffer build(Compression compression, BatchIdentity identity, List<Record> records)
      throws RecordRefused {
    BatchBuilder builder = new BatchBuilder(compression, Limits.FROM_EDGE);
    for (Record record : records) {
      if (!builder.tryAppend(record)) {
        throw new AssertionError("full");
      }
    }
    return builder.build(identity);
  }

  static List<Record> read(BatchView batch) throws BatchRefused {
    List<Record> records = new ArrayList<>();
    RecordCursor cursor = batch.records(Limits.FROM_EDGE);
    while (cursor.next()) {
      records.add(cursor.toRecord());
    }
    return records;
  }
}
