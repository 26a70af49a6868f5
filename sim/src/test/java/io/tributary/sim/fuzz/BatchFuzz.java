package io.tributary.sim.fuzz;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A record batch: refused by type, or read to its end; and what was read is built again, and read
/// again, as the same.
final class BatchFuzz implements FuzzTarget {
  private static final Limits LIMITS = Limits.FROM_EDGE;
  private static final int MENDED = 1;

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    boolean mended = (in.u8() & MENDED) != 0;
    byte[] bytes = in.rest();
    if (mended) {
      Crc.mendBatch(bytes, 0, bytes.length);
    }
    List<Record> records;
    try {
      records = read(bytes);
    } catch (BatchRefused refused) {
      return;
    }
    buildAgain(records, Compression.none());
    buildAgain(records, Compression.gzip());
  }

  private static List<Record> read(byte[] bytes) throws BatchRefused {
    BatchView view = new BatchView().wrap(ByteBuffer.wrap(bytes), 0);
    view.check(LIMITS);
    List<Record> records = new ArrayList<>();
    RecordCursor cursor = view.records(LIMITS);
    long last = view.baseOffset() - 1;
    while (cursor.next()) {
      if (cursor.offset() <= last || cursor.offset() > view.lastOffset()) {
        throw new AssertionError("offset " + cursor.offset() + " behind " + last);
      }
      last = cursor.offset();
      records.add(cursor.toRecord());
    }
    if (records.size() != view.count()) {
      throw new AssertionError(records.size() + " records, the header says " + view.count());
    }
    if (ControlBatch.isGap(view)) {
      ControlBatch.readGap(view);
    }
    return records;
  }

  private static void buildAgain(List<Record> records, Compression compression) throws Exception {
    BatchBuilder builder = new BatchBuilder(compression, LIMITS);
    try {
      for (Record record : records) {
        if (!builder.tryAppend(record)) {
          return; // what was compressed may not fit when it is not
        }
      }
    } catch (RecordRefused outsideOurLimits) {
      return; // Kafka may write what an edge may not
    }
    if (records.isEmpty()) {
      return;
    }
    ByteBuffer built = builder.build(new BatchIdentity(1, 0));
    byte[] bytes = new byte[built.remaining()];
    built.get(bytes);
    List<Record> again = read(bytes);
    if (!again.equals(records)) {
      throw new AssertionError(records + " came back as " + again);
    }
  }

  @Override
  public List<byte[]> seeds() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (Compression compression : List.of(Compression.none(), Compression.gzip())) {
      for (int mended = 0; mended <= MENDED; mended++) {
        BatchBuilder builder = new BatchBuilder(compression, LIMITS);
        for (int i = 0; i < 3; i++) {
          builder.tryAppend(
              1_700_000_000_000L + i,
              text("key"),
              text("value-" + i),
              List.of(new Header("edge", text("press-7"))));
        }
        seeds.add(with(mended, builder.build(new BatchIdentity(7, 5))));
      }
    }
    Gap gap = new Gap(3, 9, GapReason.DROP_OLDEST);
    seeds.add(with(MENDED, ControlBatch.gapBatch(3, 1, 7, gap, Digest.UNKNOWN, 1)));
    return seeds;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] with(int first, ByteBuffer batch) {
    byte[] seed = new byte[1 + batch.remaining()];
    seed[0] = (byte) first;
    batch.duplicate().get(seed, 1, seed.length - 1);
    return seed;
  }
}
