package io.tributary.adapter.modbus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Points that one request reads. The line's thread only.
final class Block {
  final Table table;
  final int start;
  final int count;
  final List<Point> points;
  final long intervalNanos;
  long dueNanos;

  private Block(List<Point> points) {
    Point first = points.getFirst();
    this.table = first.table();
    this.start = first.address();
    this.count = points.stream().mapToInt(Point::end).max().orElseThrow() - start;
    this.points = List.copyOf(points);
    this.intervalNanos = first.intervalNanos();
  }

  /// Puts neighbours together: of one table, with one interval, and no further from each other than a gap.
  ///
  /// @param gap addresses that may be read though no point has them; many devices refuse to
  /// @param most registers of one request, and sixteen times as many bits
  static List<Block> of(List<Point> points, int gap, int most) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.comparing(Point::table)
            .thenComparingLong(Point::intervalNanos)
            .thenComparingInt(Point::address));
    List<Block> blocks = new ArrayList<>();
    List<Point> together = new ArrayList<>();
    int end = 0;
    for (Point point : sorted) {
      if (!together.isEmpty() && !fits(together.getFirst(), end, point, gap, most)) {
        blocks.add(new Block(together));
        together.clear();
      }
      end = together.isEmpty() ? point.end() : Math.max(end, point.end());
      together.add(point);
    }
    if (!together.isEmpty()) {
      blocks.add(new Block(together));
    }
    return blocks;
  }

  private static boolean fits(Point first, int end, Point point, int gap, int most) {
    int limit = first.table().isOfBits ? Math.min(Table.BITS_MOST, 16 * most) : most;
    return point.table() == first.table()
        && point.intervalNanos() == first.intervalNanos()
        && point.address() <= end + gap
        && Math.max(end, point.end()) - first.address() <= limit;
  }

  /// The next time that is still to come, on the grid of its interval.
  ///
  /// @return how many times were passed over
  long advance(long nowNanos) {
    long behind = Math.max(0, (nowNanos - dueNanos) / intervalNanos);
    dueNanos += (behind + 1) * intervalNanos;
    return behind;
  }

  @Override
  public String toString() {
    return "%s %d to %d".formatted(table, start, start + count - 1);
  }
}
