/// A whole plant on this machine: a hub, edges and devices as processes of their own, started as a
/// user starts them, through the launcher.
@NullMarked
package io.tributary.sim.plant;

import org.jspecify.annotations.NullMarked;
