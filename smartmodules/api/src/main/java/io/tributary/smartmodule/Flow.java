package io.tributary.smartmodule;

/// Records between two stages, each with the record of the batch that it came from. Their offset deltas ascend.
///
/// @param origins of each record, its place in the batch; they ascend, and several may be equal
@SuppressWarnings("ArrayRecordComponent") // nobody compares flows
record Flow(GuestRecords records, int[] origins) {
  Flow {
    if (origins.length < records.count()) {
      throw new IllegalArgumentException(origins.length + " origins of " + records.count());
    }
  }

  /// A batch as it comes in: each record is its own origin.
  static Flow of(GuestRecords records) {
    int[] origins = new int[records.count()];
    for (int i = 0; i < origins.length; i++) {
      origins[i] = i;
    }
    return new Flow(records, origins);
  }
}
