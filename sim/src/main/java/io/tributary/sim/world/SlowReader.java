package io.tributary.sim.world;

import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A client that reads a little now and then, and may find that retention has taken what it had not read: it must be
/// told, never be given what lies behind as if nothing had been.
final class SlowReader {
  private static final int READ_BYTES = 1024;
  private static final int LAST_OFFSET_DELTA_AT = 23;

  private final Tally tally;
  private final Trace trace;

  /// By partition, what it reads next.
  private final TreeMap<String, Long> positions = new TreeMap<>();

  SlowReader(Tally tally, Trace trace) {
    this.tally = tally;
    this.trace = trace;
  }

  void read(Store store, SplittableRandom random) {
    for (TopicStatus topic : store.topics()) {
      for (int index = 0; index < topic.partitions(); index++) {
        Partition partition = store.partition(topic.name(), index);
        if (partition != null && random.nextInt(4) == 0) {
          read(topic.name() + "/" + index, partition);
        }
      }
    }
  }

  private void read(String name, Partition partition) {
    long position = positions.getOrDefault(name, 0L);
    try {
      long start = partition.startOffset();
      long end = partition.endOffset();
      if (position > end) {
        positions.put(name, end); // the hub went back
        return;
      }
      try (StoredBatches stored = partition.read(position, READ_BYTES)) {
        Violation.check(
            Violation.Kind.MISSING,
            position >= start,
            "%s: a reader of offset %d is not told that retention has taken it",
            name,
            position);
        ByteBuffer bytes = ByteBuffer.allocate(stored.length());
        while (bytes.hasRemaining()) {
          stored.readInto(bytes, bytes.position());
        }
        positions.put(name, next(name, bytes.array(), position));
      }
    } catch (StoreRefused e) {
      if (e.code() == StoreRefused.Code.OFFSET_OUT_OF_RANGE) {
        told(name, partition, position);
      }
    } catch (IOException e) {
      trace.note("reader", "cannot read " + name + ": " + e.getMessage());
    }
  }

  private void told(String name, Partition partition, long position) {
    try {
      long start = partition.startOffset();
      if (position < start) {
        tally.struck(Fault.SLOW_READER_PASSED);
      }
      positions.put(name, start);
    } catch (StoreRefused e) {
      trace.note("reader", "cannot read " + name + ": " + e.getMessage());
    }
  }

  /// Behind the first batch, which must hold what was asked for.
  private static long next(String name, byte[] batches, long position) {
    if (batches.length == 0) {
      return position;
    }
    ByteBuffer batch = ByteBuffer.wrap(batches);
    long base = batch.getLong(0);
    long behind = base + batch.getInt(LAST_OFFSET_DELTA_AT) + 1;
    Violation.check(
        Violation.Kind.MISSING,
        base <= position && position < behind,
        "%s: a reader of offset %d gets [%d, %d)",
        name,
        position,
        base,
        behind);
    return behind;
  }
}
