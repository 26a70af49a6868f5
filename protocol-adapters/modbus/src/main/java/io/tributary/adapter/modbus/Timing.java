package io.tributary.adapter.modbus;

/// How patient a line is.
///
/// @param timeoutNanos from the request to the whole answer
/// @param gapNanos between an answer and the next request
/// @param retries of a request to a device that has answered the one before
/// @param retryMostNanos how long a silent device is left alone at most
/// @param canConfuse whether an answer that comes late may look like that to another request
record Timing(
    long timeoutNanos, long gapNanos, int retries, long retryMostNanos, boolean canConfuse) {}
