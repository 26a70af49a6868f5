package io.tributary.store.log;

/// Which partition a new stream is given in the layout `partitions: N`.
final class Placement {
  private Placement() {}

  /// The partition with the fewest streams. Of several the stream's id decides, so that edges which
  /// come one at a time to many topics do not all meet in partition 0.
  ///
  /// @param streams how many streams each partition has; at least one partition
  static int choose(int[] streams, long streamId) {
    int fewest = Integer.MAX_VALUE;
    int ties = 0;
    for (int count : streams) {
      if (count < fewest) {
        fewest = count;
        ties = 0;
      }
      if (count == fewest) {
        ties++;
      }
    }
    int skip = Math.floorMod(Long.hashCode(streamId * 0x9E3779B97F4A7C15L), ties);
    for (int i = 0; i < streams.length; i++) {
      if (streams[i] == fewest && skip-- == 0) {
        return i;
      }
    }
    throw new AssertionError("no partition among " + streams.length);
  }
}
