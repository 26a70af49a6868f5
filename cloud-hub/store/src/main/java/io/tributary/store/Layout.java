package io.tributary.store;

/// How the streams of a topic are laid over its partitions.
public sealed interface Layout {

  /// The default of `partitions: N`.
  int PARTITIONS = 8;

  /// The most partitions that a topic may be given at its creation.
  int PARTITIONS_MOST = 10_000;

  /// Empty partitions shown behind the used ones in the layout `per-edge`, so that a consumer that
  /// assigned them beforehand sees a new edge.
  int RESERVE = 4;

  /// Streams interleave in a fixed number of partitions. A stream's partition is chosen at its
  /// first open, recorded, and never moved.
  record Partitions(int count) implements Layout {
    public Partitions {
      if (count < 1 || count > PARTITIONS_MOST) {
        throw new IllegalArgumentException(
            "a topic has 1 to " + PARTITIONS_MOST + " partitions, not " + count);
      }
    }
  }

  /// One stream a partition, and the hub's offset is the edge's. Behind the used partitions stand
  /// `reserve` empty ones.
  record PerEdge(int reserve) implements Layout {
    public PerEdge {
      if (reserve < 1 || reserve > PARTITIONS_MOST) {
        throw new IllegalArgumentException(
            "a reserve has 1 to " + PARTITIONS_MOST + " partitions, not " + reserve);
      }
    }
  }
}
