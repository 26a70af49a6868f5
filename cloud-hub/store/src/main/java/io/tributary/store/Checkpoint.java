package io.tributary.store;

/// The digest of all records of a stream below one of its offsets, made anew by reading.
public record Checkpoint(long streamId, long offset, long digest) {}
