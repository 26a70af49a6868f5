package io.tributary.sim.device;

/// A reading that a device has taken and nobody has acknowledged.
///
/// @param seq its number among the device's
@SuppressWarnings("ArrayRecordComponent") // nobody compares readings
record Kept(long seq, byte[] payload) {}
