/// Freezes one thread of a real program at a time, and measures when its health tells.
@NullMarked
package io.tributary.sim.freeze;

import org.jspecify.annotations.NullMarked;
