package io.tributary.store.log;

import io.tributary.log.LogSlice;
import io.tributary.log.PartitionLog;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Gap;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import io.tributary.store.GapEntry;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The writer of the topic `_gaps`. Confined to the store's thread.
///
/// A hole is told here before it is stored in its partition, and both are forced in that order. A
/// crash between the two leaves a hole that was told and not stored; the edge declares it again, maybe
/// larger, and only what was not told is told then: see [ToldRanges].
final class GapsLog {
  private static final int READ_BYTES = 1024 * 1024;
  private static final long NO_STREAM = -1;

  private final LogPartition partition;
  private final BatchBuilder builder =
      new BatchBuilder(Compression.none(), Limits.topic(Limits.MAX_MESSAGE_BYTES));
  private final List<Told> told = new ArrayList<>();

  /// What waits for the force.
  record Told(LogStream stream, Gap gap) {}

  GapsLog(LogPartition partition) {
    this.partition = partition;
  }

  /// Behind the last line that is durable.
  long endOffset() throws StoreRefused {
    return partition.endOffset();
  }

  /// Tells of a hole with the next force.
  void tell(LogStream stream, Gap gap, long nowMs) throws IOException {
    GapEntry entry =
        new GapEntry(
            stream.spec().edgeId(), stream.spec().topic(), stream.spec().streamId(), gap, nowMs);
    List<Header> headers =
        List.of(new Header("edge", entry.edgeId().getBytes(StandardCharsets.UTF_8)));
    try {
      if (!builder.tryAppend(nowMs, entry.key(), entry.value(), headers)) {
        appendBuilt(nowMs);
        builder.tryAppend(nowMs, entry.key(), entry.value(), headers);
      }
    } catch (RecordRefused refused) {
      throw new IOException("a line of " + GapEntry.TOPIC + " was refused", refused);
    }
    told.add(new Told(stream, gap));
  }

  LogPartition partition() {
    return partition;
  }

  /// Whether something waits for the force.
  boolean isDirty() {
    return !told.isEmpty();
  }

  /// Makes durable what was told, or forgets it and throws.
  void force(long nowMs) throws IOException {
    try {
      if (!builder.isEmpty()) {
        appendBuilt(nowMs);
      }
      partition.toWrite().force();
      for (Told one : told) {
        one.stream().gapTold(one.gap());
      }
    } finally {
      builder.reset();
      told.clear();
    }
    partition.advanced();
  }

  private void appendBuilt(long nowMs) throws IOException {
    ByteBuffer batch = builder.build(0, -1, (short) -1, -1);
    partition.toWrite().append(batch, NO_STREAM, nowMs);
    builder.reset();
  }

  /// Takes what `_gaps` tells, with the offset of each line.
  interface Lines {
    void line(GapEntry entry, long offset);
  }

  /// Reads everything that was ever told and is still kept.
  void replay(Lines lines) throws IOException {
    PartitionLog log = partition.ifPresent();
    if (log == null) {
      return;
    }
    BatchView batch = new BatchView();
    RecordCursor records = new RecordCursor(Limits.topic(Limits.MAX_MESSAGE_BYTES));
    for (long offset = log.startOffset(); offset < log.endOffset(); ) {
      ByteBuffer chunk;
      try (LogSlice slice = log.readPresent(offset, READ_BYTES)) {
        if (slice == null) {
          return; // only damage is left
        }
        chunk = ByteBuffer.allocate(slice.length());
        slice.readInto(chunk, 0);
        chunk.flip();
      }
      for (int position = 0; position < chunk.limit(); position += batch.sizeBytes()) {
        batch.wrap(chunk, position);
        offset = Math.max(offset, batch.nextOffset());
        replay(batch, records, lines);
      }
    }
  }

  /// A damaged batch of the evidence must not keep the hub from starting; the log counts it.
  private static void replay(BatchView batch, RecordCursor records, Lines lines) {
    try {
      batch.check(Limits.topic(Limits.MAX_MESSAGE_BYTES));
      if (batch.isControl()) {
        return;
      }
      records.wrap(batch);
      while (records.next()) {
        byte[] value = records.toRecord().value();
        GapEntry entry = value == null ? null : GapEntry.read(value);
        if (entry != null) {
          lines.line(entry, records.offset());
        }
      }
    } catch (BatchRefused damaged) {
      // passed over: see above
    }
  }
}
