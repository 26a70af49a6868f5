package io.tributary.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Offsets of a stream. What is added behind its neighbour becomes one with it.
final class Ranges {
  private final List<AuditReport.Range> ranges = new ArrayList<>();

  void add(long from, long to) {
    if (from >= to) {
      return;
    }
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).to() == from) {
      ranges.set(last, new AuditReport.Range(ranges.get(last).from(), to));
    } else {
      ranges.add(new AuditReport.Range(from, to));
    }
  }

  void remove(AuditReport.Range gone) {
    List<AuditReport.Range> before = List.copyOf(ranges);
    ranges.clear();
    for (AuditReport.Range range : before) {
      add(range.from(), Math.min(range.to(), gone.from()));
      add(Math.max(range.from(), gone.to()), range.to());
    }
  }

  /// In the order of the offsets.
  List<AuditReport.Range> list() {
    return ranges.stream().sorted(Comparator.comparingLong(AuditReport.Range::from)).toList();
  }
}
