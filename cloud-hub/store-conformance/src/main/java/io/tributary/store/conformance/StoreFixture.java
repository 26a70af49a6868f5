package io.tributary.store.conformance;

import io.tributary.store.Store;
import java.io.IOException;
import java.time.Duration;

/// What an implementation gives the suite: a store over storage that lives as long as one test.
public interface StoreFixture extends AutoCloseable {
  /// Opens the store, for the first time or again. The suite has closed the one before.
  Store open() throws Exception;

  /// Moves the clock of the stores that `open` gave.
  void advance(Duration time);

  /// Whether batches are stored byte for byte and `per-edge` keeps the edge's offsets. A store that
  /// leaves the storing to Kafka re-batches; there the records are compared, not their places.
  boolean keepsBytesAndOffsets();

  @Override
  void close() throws IOException;
}
