/// A deterministic world: what real parts are put into when everything around them, and all that goes wrong with it,
/// comes from a seed.
///
/// One thread, no clock, no files, no sockets: the same seed gives the same run.
@NullMarked
package io.tributary.sim.world;

import org.jspecify.annotations.NullMarked;
