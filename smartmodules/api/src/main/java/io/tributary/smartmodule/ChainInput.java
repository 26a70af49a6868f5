package io.tributary.smartmodule;

/// Records of one stream on their way into a chain, in the order of their offsets.
///
/// @param baseOffset what the records' offset deltas count from
/// @param baseTimestampMs what their timestamp deltas count from; milliseconds since 1970 (UTC)
/// @param records whose offset deltas ascend
public record ChainInput(long baseOffset, long baseTimestampMs, GuestRecords records) {
  public ChainInput {
    if (!records.ascends()) {
      throw new IllegalArgumentException("the offsets of a chain's input ascend");
    }
  }

  /// The rest of it, where only the first records were dealt with.
  public ChainInput behind(int taken) {
    return new ChainInput(baseOffset, baseTimestampMs, records.slice(taken, records.count()));
  }
}
