package io.tributary.log;

/// A stream of a journal at a moment.
///
/// @param start the first offset whose records are still in the files
/// @param end behind the last offset that is durable
/// @param digestAtEnd the running digest at `end`
/// @param acked what the hub has acknowledged: below it all is durable there
/// @param unackedBytes the size of what lies between `acked` and `end`, estimated from the recent size of a record
public record JournalStream(
    long id, String topic, long start, long end, long digestAtEnd, long acked, long unackedBytes) {}
