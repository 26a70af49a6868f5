/// Guests on machines of other architectures: what a chain makes of a stream must be the same bytes everywhere, since an edge
/// and a hub may run the same guest, and a state moves with its stream.
@NullMarked
package io.tributary.sim.guests;

import org.jspecify.annotations.NullMarked;
