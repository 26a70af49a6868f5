package io.tributary.store.log;

import io.tributary.record.Gap;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is remembered of one stream beside its log. Written by the store's thread, read by any.
final class LogStream {
  /// How many holes are remembered that may not be stored yet; a group commit holds far fewer of one stream.
  private static final int TOLD_MOST = 1024;

  private final StreamSpec spec;
  private final LogTopic topic;
  private final LogPartition partition;

  private volatile long next = StreamStatus.UNREAD;
  private volatile long bytes;
  private volatile long gaps;
  private volatile long missing;

  /// The holes that the topic `_gaps` knows, in order, merged where they touch. Those that are stored in the partition as
  /// well are forgotten: only after a crash, or where there was no room, is one told and not stored.
  private final ArrayDeque<Range> told = new ArrayDeque<>();

  /// Offsets from `from` (included) to `to` (excluded).
  private record Range(long from, long to) {}

  LogStream(StreamSpec spec, LogTopic topic, LogPartition partition) {
    this.spec = spec;
    this.topic = topic;
    this.partition = partition;
  }

  StreamSpec spec() {
    return spec;
  }

  LogTopic topic() {
    return topic;
  }

  LogPartition partition() {
    return partition;
  }

  /// The parts of a hole that `_gaps` does not know.
  List<Gap> untold(Gap gap) {
    List<Gap> parts = new ArrayList<>();
    long from = gap.from();
    for (Range known : told) {
      if (known.to() > from && known.from() < gap.to()) {
        if (known.from() > from) {
          parts.add(new Gap(from, known.from(), gap.reason()));
        }
        from = known.to();
      }
    }
    if (from < gap.to()) {
      parts.add(new Gap(from, gap.to(), gap.reason()));
    }
    return parts;
  }

  void reached(long durableNext) {
    next = durableNext;
    forgetStored(durableNext);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void stored(long durableNext, int sizeBytes) {
    next = durableNext;
    bytes += sizeBytes;
    forgetStored(durableNext);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void gapTold(Gap gap) {
    Range last = told.peekLast();
    if (last != null && last.to() == gap.from()) {
      told.removeLast();
      told.addLast(new Range(last.from(), gap.to()));
    } else if (last == null || last.to() < gap.from()) {
      told.addLast(new Range(gap.from(), gap.to()));
    } else {
      insert(new Range(gap.from(), gap.to()));
    }
    if (told.size() > TOLD_MOST) {
      told.removeFirst();
    }
    gaps++;
    missing += gap.count();
  }

  /// A part before one that was told already.
  private void insert(Range added) {
    List<Range> all = new ArrayList<>(told);
    all.add(added);
    all.sort(Comparator.comparingLong(Range::from));
    told.clear();
    told.addAll(all);
  }

  private void forgetStored(long durableNext) {
    while (!told.isEmpty() && told.getFirst().to() <= durableNext) {
      told.removeFirst();
    }
  }

  StreamStatus status() {
    return new StreamStatus(
        spec, partition.index(), next, gaps, missing, bytes, partition.trouble());
  }
}
