package io.tributary.log;

/// Where a stream has ended for ever, and who goes on: what its journal held behind `at` when it was sealed is, moved by
/// `at`, the beginning of the successor.
///
/// @param at the first offset that belongs to the successor
/// @param digest the stream's digest there, or {@link io.tributary.record.Digest#UNKNOWN}
/// @param successor the id of a stream of the same topic
record Seal(long at, long digest, long successor) {}
