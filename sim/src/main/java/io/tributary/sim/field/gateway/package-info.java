/// The gateway of `examples/gateway.yaml` with everything at it: its devices, its hub, and its picture.
@NullMarked
package io.tributary.sim.field.gateway;

import org.jspecify.annotations.NullMarked;
