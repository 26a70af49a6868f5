package io.tributary.sim.world;

/// A way to change a disk: each is a place where something can go wrong.
enum DiskUse {
  WRITE,
  FORCE,
  TRUNCATE,
  CREATE,
  RENAME,
  DELETE,
  FORCE_DIRECTORY
}
