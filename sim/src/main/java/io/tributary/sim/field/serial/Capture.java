package io.tributary.sim.field.serial;

/// What an instrument said on a line.
///
/// @param name for who reads of it
@SuppressWarnings("ArrayRecordComponent") // nobody compares captures
record Capture(String name, byte[] bytes) {}
