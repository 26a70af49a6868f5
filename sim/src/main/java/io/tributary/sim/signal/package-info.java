/// Signals as sensors give them: small parts that add up, what fails, and what a reading then says. Pure: time is an argument and
/// chance comes from a seed, so the same seed and the same instants give the same readings.
@NullMarked
package io.tributary.sim.signal;

import org.jspecify.annotations.NullMarked;
