/// Measurements of the real programs, each printed as one JSON object: medians of several runs,
/// CPU seconds beside wall time, and the figures of the peers and of the machine beside ours.
@NullMarked
package io.tributary.sim.bench;

import org.jspecify.annotations.NullMarked;
