/// Simulated devices, fleets and worlds, the ledger that judges them, and the benchmarks.
@NullMarked
package io.tributary.sim;

import org.jspecify.annotations.NullMarked;
