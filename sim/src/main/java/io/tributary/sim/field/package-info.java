/// Instruments of the field, and trials of the adapters that take them in: real programs, real terminals, and counts by somebody else.
@NullMarked
package io.tributary.sim.field;

import org.jspecify.annotations.NullMarked;
