/// The real programs on the real kernel, under real faults, against a ledger of acknowledgements.
@NullMarked
package io.tributary.sim.chaos;

import org.jspecify.annotations.NullMarked;
