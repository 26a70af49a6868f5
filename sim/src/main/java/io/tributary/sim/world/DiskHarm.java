package io.tributary.sim.world;

/// What can go wrong in a use of a disk.
enum DiskHarm {
  /// The machine is off; what was not forced may be lost.
  POWER_CUT,
  /// SIGKILL: what was written stays in the kernel's memory.
  KILL,
  /// There is no room for it.
  NO_SPACE,
  /// The device says no.
  ERROR
}
