package io.tributary.core;

import io.tributary.store.Finding;
import java.util.List;

/// How whole the hub's logs are, for status.
///
/// @param rounds how often everything was read since the start
/// @param bytesRead by the scrub since the start
/// @param healedBatches damaged batches that an edge gave back
/// @param lostRecords records that nobody has any more, told as Gaps
/// @param suppliedBatches batches that edges asked for to heal their own logs
/// @param open damage that waits, each with what it waits for
public record ScrubStatus(
    long rounds,
    long bytesRead,
    long healedBatches,
    long lostRecords,
    long suppliedBatches,
    List<Open> open) {
  public ScrubStatus {
    open = List.copyOf(open);
  }

  ScrubStatus withLost(long records) {
    return new ScrubStatus(rounds, bytesRead, healedBatches, records, suppliedBatches, open);
  }

  /// @param state what was done, or what it waits for
  public record Open(Finding finding, String edgeId, String state) {}
}
