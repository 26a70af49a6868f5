package io.tributary.sim.signal;

/// What a sensor says.
///
/// @param value quantised; NaN where it is bad
/// @param isGood what the sensor itself believes: a stuck one holds itself for well
public record Sample(double value, boolean isGood) {}
