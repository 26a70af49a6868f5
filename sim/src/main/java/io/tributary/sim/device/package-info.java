/// Devices: what publishes, at which pace, from which signal.
@NullMarked
package io.tributary.sim.device;

import org.jspecify.annotations.NullMarked;
