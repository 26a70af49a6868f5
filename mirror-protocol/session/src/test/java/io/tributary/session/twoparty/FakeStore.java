package io.tributary.session.twoparty;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The hub's streams in memory: appended, and durable only when forced.
final class FakeStore {
  /// A stored batch or Gap.
  record Entry(long from, long to, @Nullable ByteBuffer batch, @Nullable Gap gap) {}

  static final class Stream {
    final List<Entry> entries = new ArrayList<>();
    final TreeMap<Long, Long> digests = new TreeMap<>(Map.of(0L, Digest.START));
    int forcedEntries;

    long next() {
      return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).to();
    }

    long durable() {
      return forcedEntries == 0 ? 0 : entries.get(forcedEntries - 1).to();
    }

    /// Inside a Gap nothing changes, unless batches went with it that nobody knows any more.
    long digestAt(long offset) {
      for (Entry entry : entries) {
        if (entry.from() < offset && offset < entry.to()) {
          long digest = digestAt(entry.from());
          boolean isSame = entry.batch() == null && digest == digestAt(entry.to());
          return isSame && digest != Digest.UNKNOWN ? digest : Digest.INSIDE;
        }
      }
      return digests.getOrDefault(offset, Digest.UNKNOWN);
    }

    void cutTo(int count) {
      entries.subList(count, entries.size()).clear();
      forcedEntries = Math.min(forcedEntries, count);
      digests.tailMap(next(), false).clear();
    }
  }

  private Map<Long, Stream> streams = new LinkedHashMap<>();
  private final List<Runnable> afterForce = new ArrayList<>();

  Stream stream(long id) {
    return streams.computeIfAbsent(id, any -> new Stream());
  }

  boolean append(long id, long from, long to, ByteBuffer batch) {
    Stream stream = stream(id);
    if (stream.next() != from) {
      return false;
    }
    BatchView view = new BatchView().wrap(batch, batch.position());
    stream.digests.put(to, Digest.extend(stream.digestAt(from), view));
    stream.entries.add(new Entry(from, to, batch, null));
    return true;
  }

  boolean appendGap(long id, Gap gap, long digestAtTo) {
    Stream stream = stream(id);
    if (stream.next() != gap.from()) {
      return false;
    }
    stream.digests.put(gap.to(), digestAtTo);
    stream.entries.add(new Entry(gap.from(), gap.to(), null, gap));
    return true;
  }

  /// Runs when everything appended so far is durable.
  void afterForce(Runnable action) {
    afterForce.add(action);
  }

  void force() {
    streams.values().forEach(stream -> stream.forcedEntries = stream.entries.size());
    List<Runnable> actions = List.copyOf(afterForce);
    afterForce.clear();
    actions.forEach(Runnable::run);
  }

  void crash() {
    afterForce.clear();
    streams.values().forEach(stream -> stream.cutTo(stream.forcedEntries));
  }

  /// What a backup would hold.
  Map<Long, Integer> backup() {
    Map<Long, Integer> backup = new LinkedHashMap<>();
    streams.forEach((id, stream) -> backup.put(id, stream.forcedEntries));
    return backup;
  }

  void restore(Map<Long, Integer> backup) {
    afterForce.clear();
    streams.forEach((id, stream) -> stream.cutTo(backup.getOrDefault(id, 0)));
  }
}
