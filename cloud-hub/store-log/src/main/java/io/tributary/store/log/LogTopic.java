package io.tributary.store.log;

import io.tributary.store.Layout;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A topic and its partitions. Changed by the store's thread, read by any. A partition costs nothing
/// on disk until something is written to it.
final class LogTopic {
  private volatile TopicSpec spec;
  private final UUID topicId;
  private final int life;
  private final IntFunction<LogPartition> birth;
  private volatile LogPartition[] partitions = {};

  /// How many streams each partition has.
  private int[] streams = {};

  LogTopic(TopicSpec spec, UUID topicId, int life, IntFunction<LogPartition> birth) {
    this.spec = spec;
    this.topicId = topicId;
    this.life = life;
    this.birth = birth;
    growTo(
        switch (spec.layout()) {
          case Layout.Partitions(int count) -> count;
          case Layout.PerEdge(int reserve) -> reserve;
        });
  }

  TopicSpec spec() {
    return spec;
  }

  UUID topicId() {
    return topicId;
  }

  /// Tells its files from those of a deleted topic of its name.
  int life() {
    return life;
  }

  /// From now on the topic says so; its partitions keep to it once they are reconfigured.
  void changeSpec(TopicSpec changed) {
    spec = changed;
  }

  /// The topic has more partitions from now on.
  void grow(TopicSpec changed, int count) {
    spec = changed;
    growTo(count);
  }

  boolean isPerEdge() {
    return spec.layout() instanceof Layout.PerEdge;
  }

  TopicStatus status() {
    return new TopicStatus(spec, topicId, partitions.length);
  }

  LogPartition[] partitions() {
    return partitions;
  }

  @Nullable LogPartition partition(int index) {
    LogPartition[] now = partitions;
    return index >= 0 && index < now.length ? now[index] : null;
  }

  /// Where a new stream goes.
  int place(long streamId) {
    return isPerEdge() ? used() : Placement.choose(streams, streamId);
  }

  /// A stream lives in the partition from now on.
  LogPartition settle(int partition) {
    if (spec.layout() instanceof Layout.PerEdge(int reserve)) {
      growTo(Math.max(used(), partition + 1) + reserve);
    }
    growTo(partition + 1); // if the registry forgot that the topic has grown
    streams[partition]++;
    return partitions[partition];
  }

  /// The stream that was settled there last was not recorded. An empty partition more is shown than
  /// need be, which harms nobody.
  void unsettle(int partition) {
    streams[partition]--;
  }

  /// Behind the last partition that has a stream.
  private int used() {
    int used = streams.length;
    while (used > 0 && streams[used - 1] == 0) {
      used--;
    }
    return used;
  }

  private void growTo(int count) {
    LogPartition[] before = partitions;
    if (count <= before.length) {
      return;
    }
    LogPartition[] grown = Arrays.copyOf(before, count);
    for (int i = before.length; i < count; i++) {
      grown[i] = birth.apply(i);
    }
    streams = Arrays.copyOf(streams, count);
    partitions = grown;
  }
}
