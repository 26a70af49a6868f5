package io.tributary.store;

/// A record's offset and its timestamp in milliseconds since 1970.
public record TimedOffset(long timestampMs, long offset) {}
