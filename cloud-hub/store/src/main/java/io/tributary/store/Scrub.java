package io.tributary.store;

import java.util.List;

/// Reads a partition from its first byte to its last, piece by piece, and checks everything:
/// checksums, the order of every stream, the digests that the segments' headers keep. Appends and
/// other reads go on meanwhile. Confined to one thread.
public interface Scrub extends AutoCloseable {
  /// Reads at most about `maxBytes` further.
  ///
  /// @return true when a pass over all that was durable when it began has ended; the next call
  ///     begins a new one
  boolean step(int maxBytes) throws StoreRefused;

  /// What is wrong, oldest first; nothing when the topic was deleted: as the pass that ended last found it, and what the one that goes
  /// on has found so far. What was healed since is left out; bounded.
  List<Finding> findings();

  /// The digests of the partition's streams as the bytes say, at each segment's begin and at the
  /// end: of the last whole pass.
  List<Checkpoint> checkpoints();

  long bytesRead();

  @Override
  void close();
}
