package io.tributary.session;

import java.util.Arrays;

/// The batches and Gaps of one stream that wait for an answer, oldest first: for each the end offset and its cost in
/// bytes of credit. A ring that grows; the credit bounds it.
final class InFlight {
  private static final int CAPACITY_FIRST = 8;

  private long[] ends = new long[CAPACITY_FIRST];
  private int[] costs = new int[CAPACITY_FIRST];
  private int first;
  private int count;
  private long bytes;

  void add(long end, int costBytes) {
    if (count == ends.length) {
      grow();
    }
    int at = (first + count) & (ends.length - 1);
    ends[at] = end;
    costs[at] = costBytes;
    count++;
    bytes += costBytes;
  }

  /// Forgets what ends at or before `end`, and returns its bytes.
  long removeTo(long end) {
    long before = bytes;
    while (count > 0 && ends[first] <= end) {
      bytes -= costs[first];
      first = (first + 1) & (ends.length - 1);
      count--;
    }
    return before - bytes;
  }

  long bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  private void grow() {
    int size = ends.length;
    long[] moreEnds = Arrays.copyOfRange(ends, first, first + size * 2);
    int[] moreCosts = Arrays.copyOfRange(costs, first, first + size * 2);
    System.arraycopy(ends, 0, moreEnds, size - first, first);
    System.arraycopy(costs, 0, moreCosts, size - first, first);
    ends = moreEnds;
    costs = moreCosts;
    first = 0;
  }
}
