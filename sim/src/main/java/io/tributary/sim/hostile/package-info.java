/// Peers that mean harm, against the ports of real programs that serve honest ones at the same time.
@NullMarked
package io.tributary.sim.hostile;

import org.jspecify.annotations.NullMarked;
