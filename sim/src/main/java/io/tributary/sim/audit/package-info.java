/// Damage done to a hub's files, and what its audit says about it.
@NullMarked
package io.tributary.sim.audit;

import org.jspecify.annotations.NullMarked;
