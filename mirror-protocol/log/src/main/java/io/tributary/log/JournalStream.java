package io.tributary.log;

/// A stream of a journal at a moment.
///
/// @param start the first offset whose records are still in the files
/// @param end behind the last offset that is durable; of a sealed stream, where it was sealed
/// @param digestAtEnd the running digest at `end`
/// @param acked what the hub has acknowledged: below it all is durable there
/// @param unackedBytes the size of what lies between `acked` and the end, estimated from the recent size of a record
/// @param successor the stream that goes on where this one was sealed; -1 when it was not
/// @param unmovedRecords how many records behind a seal the successor does not have yet; 0 when it is whole
public record JournalStream(
    long id,
    String topic,
    long start,
    long end,
    long digestAtEnd,
    long acked,
    long unackedBytes,
    long successor,
    long unmovedRecords) {

  public boolean isSealed() {
    return successor >= 0;
  }
}
