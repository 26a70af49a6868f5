/// The deterministic world: real sessions and real logs on a simulated clock, disk and network, with every fault on
/// demand, judged by an oracle of its own.
///
/// One world is one thread and one seed. Nothing in it asks the machine for the time, for a random number, for a file or
/// for a socket; whoever iterates over a set or a map uses one with an order. So the same seed gives the same run, byte
/// for byte, and a seed is a bug report.
@NullMarked
package io.tributary.sim.world;

import org.jspecify.annotations.NullMarked;
