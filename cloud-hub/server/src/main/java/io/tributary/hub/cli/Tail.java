package io.tributary.hub.cli;

import io.tributary.record.ControlBatch.StreamGap;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The newest records of a topic: the newest of each partition, sorted by time, and of these the
/// last. Offsets without records (Gaps) make it look further back.
final class Tail implements Batches.Finder {
  /// How many times further back to look when there were fewer records than offsets.
  private static final int FURTHER_BACK = 8;

  private final RecordFormat format;
  private final Map<Integer, Long> starts;
  private final Map<Integer, Long> ends;
  private final int count;
  private final Notices notices;

  private final Map<Integer, ArrayDeque<Line>> newest = new TreeMap<>();
  private final Set<StreamGap> gaps = new LinkedHashSet<>();
  private final Set<Unreadable> unreadable = new LinkedHashSet<>();
  private final Output line = new Output(OutputStream.nullOutputStream());

  Tail(
      RecordFormat format,
      Map<Integer, Long> starts,
      Map<Integer, Long> ends,
      int count,
      Notices notices) {
    this.format = format;
    this.starts = starts;
    this.ends = ends;
    this.count = count;
    this.notices = notices;
  }

  /// A record as it will be printed.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(long timestampMs, byte[] bytes) {}

  private record Unreadable(int partition, long offset, String why) {}

  void read(KafkaReader reader, KafkaReader.Topic topic, Collection<Integer> partitions)
      throws IOException {
    Collection<Integer> looking = partitions;
    for (long back = count; !looking.isEmpty(); back *= FURTHER_BACK) {
      TreeMap<Integer, Long> from = new TreeMap<>();
      for (int partition : looking) {
        newest.put(partition, new ArrayDeque<>());
        from.put(partition, Math.max(start(partition), end(partition) - back));
      }
      new Pump(reader, topic, new TreeMap<>(from), notices).run(ends, this, () -> {});
      looking =
          from.entrySet().stream()
              .filter(looked -> looked.getValue() > start(looked.getKey()))
              .map(Map.Entry::getKey)
              .filter(partition -> lines(partition).size() < count)
              .toList();
    }
  }

  private long start(int partition) {
    return starts.getOrDefault(partition, 0L);
  }

  private long end(int partition) {
    return ends.getOrDefault(partition, start(partition));
  }

  private ArrayDeque<Line> lines(int partition) {
    return newest.computeIfAbsent(partition, none -> new ArrayDeque<>());
  }

  void print(Output out) {
    gaps.forEach(notices::gap);
    unreadable.forEach(u -> notices.unreadable(u.partition(), u.offset(), u.why()));
    List<Line> all = new ArrayList<>();
    newest.values().forEach(all::addAll);
    all.sort(Comparator.comparingLong(Line::timestampMs));
    for (Line last : all.subList(Math.max(0, all.size() - count), all.size())) {
      out.put(last.bytes());
      out.endRecord();
    }
  }

  @Override
  public boolean record(Shown shown) {
    format.print(shown, line);
    ArrayDeque<Line> lines = lines(shown.partition);
    lines.add(new Line(shown.record.timestampMs(), line.take()));
    if (lines.size() > count) {
      lines.remove();
    }
    return true;
  }

  @Override
  public void gap(StreamGap gap) {
    gaps.add(gap);
  }

  @Override
  public void unreadable(int partition, long offset, String why) {
    unreadable.add(new Unreadable(partition, offset, why));
  }
}
