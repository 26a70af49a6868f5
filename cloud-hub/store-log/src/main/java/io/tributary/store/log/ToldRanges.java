package io.tributary.store.log;

import io.tributary.record.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The offsets of one stream that the topic `_gaps` tells of, for whatever reason: no record is told of twice. Confined to
/// the store's thread.
///
/// Both kinds of Gap need it. A hole that the edge declares is told before it is stored, so after a crash in between it is
/// declared again, maybe larger. Damage that nobody can heal may be found again and again, in other bounds, and may be the
/// damage of a hole's own batch, whose records were told of long before.
final class ToldRanges {
  /// How many are remembered, ranges that touch as one: some 90 KB, in a hub of a thousand streams. Beyond, the lowest is
  /// forgotten, and damage of that place would be told of again.
  static final int MOST = 1024;

  /// From the first offset to the one behind the last; they neither overlap nor touch.
  private final NavigableMap<Long, Long> ranges = new TreeMap<>();

  /// The parts of a hole that were not added before.
  List<Gap> untold(Gap gap) {
    List<Gap> parts = new ArrayList<>();
    Map.Entry<Long, Long> before = ranges.floorEntry(gap.from());
    long from = before == null ? gap.from() : Math.max(gap.from(), before.getValue());
    for (Map.Entry<Long, Long> known : ranges.tailMap(gap.from(), false).entrySet()) {
      if (known.getKey() >= gap.to()) {
        break;
      }
      if (known.getKey() > from) {
        parts.add(new Gap(from, known.getKey(), gap.reason()));
      }
      from = known.getValue();
    }
    if (from < gap.to()) {
      parts.add(new Gap(from, gap.to(), gap.reason()));
    }
    return parts;
  }

  void add(Gap gap) {
    long from = gap.from();
    long to = gap.to();
    Map.Entry<Long, Long> before = ranges.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    NavigableMap<Long, Long> swallowed = ranges.subMap(from, true, to, true);
    if (!swallowed.isEmpty()) {
      to = Math.max(to, swallowed.lastEntry().getValue());
      swallowed.clear();
    }
    ranges.put(from, to);
    if (ranges.size() > MOST) {
      ranges.pollFirstEntry();
    }
  }
}
