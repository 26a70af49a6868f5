/// The table of the promise: which fault is injected by which command, and what came of it.
@NullMarked
package io.tributary.sim.promise;

import org.jspecify.annotations.NullMarked;
