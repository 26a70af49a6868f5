package io.tributary.sim.world;

import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.StreamStatus;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// A client that reads a little now and then, and may find that retention has taken what it had not read, or that it is
/// damaged: it must be told, never be given what lies behind as if nothing had been. What may still be healed it waits
/// for; what it passes over, `_gaps` has told of before.
final class SlowReader {
  private static final int READ_BYTES = 1024;
  private static final long UNKNOWN = -1;
  private static final int LAST_OFFSET_DELTA_AT = 23;

  private final Tally tally;
  private final Trace trace;
  private final Auditor auditor;
  private final BatchParser parser = new BatchParser();

  /// By partition, what it reads next.
  private final TreeMap<String, Long> positions = new TreeMap<>();

  private final TreeMap<String, UUID> topics = new TreeMap<>();

  /// By stream, what it reads next, or UNKNOWN.
  private final TreeMap<Long, Long> streams = new TreeMap<>();

  /// What a stream has next that is not among these: all of it, until something was taken away.
  private long otherNext;

  SlowReader(Auditor auditor, Tally tally, Trace trace) {
    this.auditor = auditor;
    this.tally = tally;
    this.trace = trace;
  }

  /// The hub has started again, and may have lost its end.
  void hubStarted(Store store) {
    for (StreamStatus stream : store.streams()) {
      streams.computeIfPresent(
          stream.stream().streamId(), (id, due) -> due > stream.next() ? UNKNOWN : due);
    }
    for (TopicStatus topic : store.topics()) {
      for (int index = 0; index < topic.partitions(); index++) {
        Partition partition = store.partition(topic.name(), index);
        if (partition != null) {
          positions.computeIfPresent(
              topic.name() + "/" + index, (name, position) -> Math.min(position, end(partition)));
        }
      }
    }
  }

  private long end(Partition partition) {
    try {
      return partition.endOffset();
    } catch (StoreRefused e) {
      trace.note("reader", "cannot read the end: " + e.getMessage());
      return 0;
    }
  }

  void read(Store store, SplittableRandom random) {
    for (TopicStatus topic : store.topics()) {
      if (topic.spec().takesProducers()) {
        continue;
      }
      UUID before = topics.put(topic.name(), topic.topicId());
      if (before != null && !before.equals(topic.topicId())) {
        forgetStreams(); // it was deleted, and begins anew
      }
      for (int index = 0; index < topic.partitions(); index++) {
        Partition partition = store.partition(topic.name(), index);
        if (partition != null && random.nextInt(4) == 0) {
          read(topic.name() + "/" + index, partition, store);
        }
      }
    }
  }

  private void forgetStreams() {
    streams.clear();
    otherNext = UNKNOWN;
  }

  private void read(String name, Partition partition, Store store) {
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
        if (bytes.capacity() == 0 && position < end) {
          tally.visited("reader.WAITS");
        }
        positions.put(name, next(name, bytes.array(), position, store));
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
      forgetStreams(); // it may have been more than one stream's
    } catch (StoreRefused e) {
      trace.note("reader", "cannot read " + name + ": " + e.getMessage());
    }
  }

  /// Behind the first batch.
  private long next(String name, byte[] batches, long position, Store store) {
    if (batches.length == 0) {
      return position;
    }
    int size = BatchParser.sizeOf(batches, 0);
    Violation.check(size > 0, "%s: a reader of offset %d gets no batch", name, position);
    ByteBuffer batch = ByteBuffer.wrap(batches);
    long base = batch.getLong(0);
    long behind = base + batch.getInt(LAST_OFFSET_DELTA_AT) + 1;
    Violation.check(
        Violation.Kind.MISSING,
        position < behind && (base <= position || auditor.isFlipped()),
        "%s: a reader of offset %d gets [%d, %d)",
        name,
        position,
        base,
        behind);
    if (base > position) {
      tally.visited("reader.PASSES_OVER");
    }
    parser.read(Arrays.copyOf(batches, size), new Reader(store));
    return behind;
  }

  /// Takes in the streams of what was read.
  private final class Reader implements BatchParser.Sink {
    private final Store store;

    private Reader(Store store) {
      this.store = store;
    }

    @Override
    public void record(
        long hubOffset,
        long streamId,
        long streamOffset,
        long timestampMs,
        int checksum,
        byte[] value) {
      saw(streamId, streamOffset, streamOffset + 1);
    }

    @Override
    public void gap(
        long baseOffset, long lastOffset, long streamId, long from, long to, int reason) {
      saw(streamId, from, to);
    }

    @Override
    public void damage(int position, int sizeBytes) {
      throw new IllegalStateException("it was a batch a moment ago");
    }

    private void saw(long streamId, long from, long to) {
      if (streamId < 0) {
        return; // a line of `_gaps`
      }
      long due = streams.getOrDefault(streamId, otherNext);
      if (due != UNKNOWN && from > due) {
        auditor.passedOver(store, streamId, due, from);
      }
      streams.put(streamId, Math.max(to, due));
    }
  }
}
