package io.tributary.store.log;

import io.tributary.store.Checkpoint;
import io.tributary.store.Finding;
import io.tributary.store.Scrub;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.util.List;

/// The scrub of a partition's log, in the words of the store.
final class LogScrub implements Scrub {
  private final LogPartition partition;
  private final String topic;
  private final io.tributary.log.Scrub scrub;

  LogScrub(LogPartition partition, String topic, io.tributary.log.Scrub scrub) {
    this.partition = partition;
    this.topic = topic;
    this.scrub = scrub;
  }

  @Override
  public boolean step(int maxBytes) throws StoreRefused {
    partition.checkNotDeleted();
    try {
      boolean isOver = scrub.step(maxBytes);
      partition.checkNotDeleted(); // what is missing then is no finding
      return isOver;
    } catch (IOException e) {
      throw partition.refusalOf(e);
    }
  }

  @Override
  public List<Finding> findings() {
    List<io.tributary.log.Finding> found = scrub.findings();
    return partition.isDeleted()
        ? List.of()
        : found.stream().map(one -> inWordsOfStore(one, topic, partition.index())).toList();
  }

  @Override
  public List<Checkpoint> checkpoints() {
    return scrub.checkpoints().stream()
        .map(place -> new Checkpoint(place.streamId(), place.next(), place.digest()))
        .toList();
  }

  @Override
  public long bytesRead() {
    return scrub.bytesRead();
  }

  @Override
  public void close() {
    try {
      scrub.close();
    } catch (IOException e) {
      partition.troubled(Refusals.of(partition.toString(), e));
    }
  }

  /// The finding as the log knows it.
  static io.tributary.log.Finding inWordsOfLog(Finding finding) {
    return new io.tributary.log.Finding(
        switch (finding.kind()) {
          case DAMAGED -> io.tributary.log.Finding.Kind.DAMAGED;
          case ABSENT -> io.tributary.log.Finding.Kind.ABSENT;
          case CHANGED -> io.tributary.log.Finding.Kind.CHANGED;
        },
        finding.streamId(),
        finding.from(),
        finding.to(),
        finding.file(),
        finding.position(),
        finding.sizeBytes());
  }

  static Finding inWordsOfStore(io.tributary.log.Finding finding, String topic, int partition) {
    return new Finding(
        switch (finding.kind()) {
          case DAMAGED -> Finding.Kind.DAMAGED;
          case ABSENT -> Finding.Kind.ABSENT;
          case CHANGED -> Finding.Kind.CHANGED;
        },
        topic,
        partition,
        finding.streamId(),
        finding.from(),
        finding.to(),
        finding.segment(),
        finding.position(),
        finding.sizeBytes());
  }
}
