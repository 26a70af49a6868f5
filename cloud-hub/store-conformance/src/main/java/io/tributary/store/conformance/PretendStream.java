package io.tributary.store.conformance;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordRefused;
import io.tributary.store.StreamSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A stream as its edge sees it: it makes the batches, and remembers every record that it put into
/// them.
public final class PretendStream {
  /// The timestamp of the record with offset 0; each later one has a second more.
  public static final long FIRST_TIMESTAMP_MS = 1_700_000_000_000L;

  public static final long STEP_MS = 1000;

  private final StreamSpec spec;
  private final BatchBuilder builder =
      new BatchBuilder(Compression.none(), Limits.topic(4 * Limits.MAX_MESSAGE_BYTES));
  private final List<Record> records = new ArrayList<>();
  private long next;
  private long digest = Digest.START;

  /// One batch of the stream, to be handed to a store once.
  public record Batch(long from, long to, ByteBuffer bytes, long digestAtTo) {}

  /// A hole, and the edge's digest behind it.
  public record Hole(Gap gap, long digestAtTo) {}

  public PretendStream(String edgeId, String topic, long streamId) {
    this(new StreamSpec(streamId, edgeId, new UUID(7, edgeId.hashCode()), topic, "normal"));
  }

  public PretendStream(StreamSpec spec) {
    this.spec = spec;
  }

  public StreamSpec spec() {
    return spec;
  }

  public long id() {
    return spec.streamId();
  }

  /// The offset that comes next.
  public long next() {
    return next;
  }

  /// The digest there.
  public long digest() {
    return digest;
  }

  /// Every record so far, without those of the holes.
  public List<Record> records() {
    return List.copyOf(records);
  }

  /// The next `count` records.
  public Batch batch(int count) {
    return batch(count, 20);
  }

  /// The next `count` records, with about `valueBytes` each.
  public Batch batch(int count, int valueBytes) {
    long from = next;
    builder.reset();
    try {
      for (int i = 0; i < count; i++) {
        Record record = record(next, valueBytes);
        if (!builder.tryAppend(record)) {
          throw new IllegalArgumentException("too much for one batch");
        }
        records.add(record);
        next++;
      }
    } catch (RecordRefused e) {
      throw new IllegalArgumentException(e);
    }
    ByteBuffer built = builder.build(new BatchIdentity(id(), from));
    ByteBuffer bytes = ByteBuffer.allocate(built.remaining()).put(built.duplicate()).flip();
    digest = Digest.extend(digest, new BatchView().wrap(bytes, 0));
    return new Batch(from, next, bytes, digest);
  }

  /// The next `count` records never existed.
  public Hole hole(int count, GapReason reason) {
    Gap gap = new Gap(next, next + count, reason);
    next = gap.to();
    return new Hole(gap, digest);
  }

  private Record record(long offset, int valueBytes) {
    StringBuilder value = new StringBuilder(spec.edgeId() + "#" + offset + "#");
    while (value.length() < valueBytes) {
      value.append((char) ('a' + value.length() % 26));
    }
    return new Record(
        FIRST_TIMESTAMP_MS + offset * STEP_MS,
        spec.edgeId().getBytes(StandardCharsets.UTF_8),
        value.toString().getBytes(StandardCharsets.UTF_8),
        List.of(new Header("edge", spec.edgeId().getBytes(StandardCharsets.UTF_8))));
  }
}
