package io.tributary.store;

import java.util.List;

/// The health of a store.
///
/// @param usableBytes the space that the disk still has
/// @param queuedAppends appends that wait for the disk
/// @param queuedBytes their bytes
/// @param storedBytes batches made durable since the process started
/// @param forces group commits since the process started
/// @param damagedBytes bytes on disk that failed their check and were passed over
/// @param troubles what does not work at present, one sentence each; empty when all is well
public record StoreStatus(
    long usableBytes,
    int queuedAppends,
    long queuedBytes,
    long storedBytes,
    long forces,
    long damagedBytes,
    List<String> troubles) {
  public StoreStatus {
    troubles = List.copyOf(troubles);
  }
}
