package io.tributary.log;

/// A record found by its time.
public record TimeAndOffset(long timestampMs, long offset) {}
