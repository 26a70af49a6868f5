/// Trials of SmartModules: on machines of other architectures, where a chain must make the same bytes; hostile ones, for themselves
/// and beside live traffic; and stateful pipelines under kills.
@NullMarked
package io.tributary.sim.guests;

import org.jspecify.annotations.NullMarked;
