package io.tributary.edge;

/// The bounds between the adapters and a journal.
///
/// @param queuedReadings how many submissions may wait for a journal; beyond it the sources wait
/// @param queuedBytes how many bytes they may hold; keeps the agent's memory bounded
/// @param retainIntervalNanos how often a journal looks at its quota when nothing else makes it
/// @param blockedRetryNanos how long a journal without room waits before it tries again
record OutletLimits(
    int queuedReadings, long queuedBytes, long retainIntervalNanos, long blockedRetryNanos) {
  static final OutletLimits DEFAULT = new OutletLimits(8192, 4 << 20, 1_000_000_000L, 50_000_000L);
}
