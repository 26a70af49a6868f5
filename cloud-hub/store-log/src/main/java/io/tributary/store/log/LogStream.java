package io.tributary.store.log;

import io.tributary.record.Gap;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;

/// What is remembered of one stream beside its log. Written by the store's thread, read by any.
final class LogStream {
  private final StreamSpec spec;
  private final LogTopic topic;
  private final LogPartition partition;

  private volatile long next = StreamStatus.UNREAD;
  private volatile long bytes;
  private volatile long gaps;
  private volatile long missing;

  /// Up to where the topic `_gaps` knows this stream's holes; what lies below is never told again.
  private long gapsToldTo;

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

  long gapsToldTo() {
    return gapsToldTo;
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
    gapsToldTo = Math.max(gapsToldTo, gap.to());
    gaps++;
    missing += gap.count();
  }

  StreamStatus status() {
    return new StreamStatus(
        spec, partition.index(), next, gaps, missing, bytes, partition.trouble());
  }
}
