/// Trials of SmartModules: hostile guests beside live traffic.
@NullMarked
package io.tributary.sim.smartmodule;

import org.jspecify.annotations.NullMarked;
