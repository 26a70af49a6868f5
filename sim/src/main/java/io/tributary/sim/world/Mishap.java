package io.tributary.sim.world;

/// A fault that strikes at its time, for a while. What chance decides about it comes from its own seed, so that it strikes
/// in the same way when others are left out.
record Mishap(long atMs, Fault fault, int edge, long forMs, long seed) {}
