package io.tributary.store.log;

import io.tributary.record.Gap;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import java.util.List;

/// What is remembered of one stream beside its log. Written by the store's thread, read by any.
final class LogStream {
  private final StreamSpec spec;
  private final LogTopic topic;
  private final LogPartition partition;

  private volatile long next = StreamStatus.UNREAD;
  private volatile long bytes;
  private volatile long gaps;
  private volatile long missing;

  private final ToldRanges told = new ToldRanges();

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
    return told.untold(gap);
  }

  void reached(long durableNext) {
    next = durableNext;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void stored(long durableNext, int sizeBytes) {
    next = durableNext;
    bytes += sizeBytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void gapTold(Gap gap) {
    told.add(gap);
    gaps++;
    missing += gap.count();
  }

  StreamStatus status() {
    return new StreamStatus(
        spec, partition.index(), next, gaps, missing, bytes, partition.trouble());
  }
}
