package io.tributary.log;

/// How far a log has got with a stream.
///
/// @param next the offset that the stream's next record will have; -1 when the log does not know the stream
/// @param digest the running digest of the stream's batches below `next`; see {@link io.tributary.record.Digest}
public record StreamPosition(long streamId, long next, long digest) {}
